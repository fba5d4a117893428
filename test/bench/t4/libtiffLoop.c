/* Decodes and encodes fax pages with libtiff, in memory, over and over: the neighbour of our own coders in
   `npm run bench -- t4`. One command a line on standard input, one line of answer each:

     load FILE              the first page of a TIFF file        answers its number, from 0
     decode PAGE LOOPS      nanoseconds of processor time for all the loops, and the sum of the bytes of its pixels
     encode PAGE CODING LOOPS   MH, MR or MMR; likewise          and how many bytes the strip has          */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tiffio.h>

#define MAX_PAGES 256

typedef struct {
  uint8_t *bytes;
  size_t size, capacity, position;
} Memory;

typedef struct {
  Memory file;
  uint8_t *pixels;
  size_t pixelBytes;
  uint32_t width, height;
} Page;

static Page pages[MAX_PAGES];
static int pageCount = 0;
static Memory output;

static void fail(const char *why) {
  fprintf(stderr, "libtiffLoop: %s\n", why);
  exit(1);
}

static void *need(void *pointer) {
  if (pointer == NULL) fail("out of memory");
  return pointer;
}

static tmsize_t readMemory(thandle_t handle, void *to, tmsize_t length) {
  Memory *memory = handle;
  size_t left = memory->position < memory->size ? memory->size - memory->position : 0;
  size_t taken = (size_t)length < left ? (size_t)length : left;
  memcpy(to, memory->bytes + memory->position, taken);
  memory->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t writeMemory(thandle_t handle, void *from, tmsize_t length) {
  Memory *memory = handle;
  size_t end = memory->position + (size_t)length;
  if (end > memory->capacity) {
    memory->capacity = end * 2;
    memory->bytes = need(realloc(memory->bytes, memory->capacity));
  }
  memcpy(memory->bytes + memory->position, from, (size_t)length);
  memory->position = end;
  if (end > memory->size) memory->size = end;
  return length;
}

static toff_t seekMemory(thandle_t handle, toff_t offset, int whence) {
  Memory *memory = handle;
  if (whence == SEEK_SET) memory->position = offset;
  if (whence == SEEK_CUR) memory->position += offset;
  if (whence == SEEK_END) memory->position = memory->size + offset;
  return memory->position;
}

static int closeMemory(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t sizeOfMemory(thandle_t handle) { return ((Memory *)handle)->size; }

static int mapMemory(thandle_t handle, void **base, toff_t *size) {
  *base = ((Memory *)handle)->bytes;
  *size = ((Memory *)handle)->size;
  return 1;
}

static void unmapMemory(thandle_t handle, void *base, toff_t size) {
  (void)handle;
  (void)base;
  (void)size;
}

static TIFF *openMemory(Memory *memory, const char *mode) {
  memory->position = 0;
  TIFF *tiff = TIFFClientOpen("memory", mode, memory, readMemory, writeMemory, seekMemory, closeMemory,
                              sizeOfMemory, mapMemory, unmapMemory);
  if (tiff == NULL) fail("TIFFClientOpen refuses");
  return tiff;
}

static void decodePage(Page *page) {
  TIFF *tiff = openMemory(&page->file, "r");
  tmsize_t at = 0;
  for (uint32_t strip = 0; strip < TIFFNumberOfStrips(tiff); strip++) {
    tmsize_t got = TIFFReadEncodedStrip(tiff, strip, page->pixels + at, (tmsize_t)page->pixelBytes - at);
    if (got < 0) fail("a strip cannot be decoded");
    at += got;
  }
  TIFFClose(tiff);
}

/* Returns how many bytes the strip takes. */
static uint64_t encodePage(const Page *page, const char *coding) {
  output.size = 0;
  TIFF *tiff = openMemory(&output, "w");
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, page->width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, page->height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, page->height);
  /* Above 150 lines per inch libtiff takes K = 4. */
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 196.0);
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  if (strcmp(coding, "MMR") == 0) {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
  } else {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX3);
    TIFFSetField(tiff, TIFFTAG_GROUP3OPTIONS, strcmp(coding, "MR") == 0 ? GROUP3OPT_2DENCODING : 0);
  }
  if (TIFFWriteEncodedStrip(tiff, 0, page->pixels, (tmsize_t)page->pixelBytes) < 0) fail("cannot encode");
  TIFFFlushData(tiff);
  uint64_t *counts = NULL;
  TIFFGetField(tiff, TIFFTAG_STRIPBYTECOUNTS, &counts);
  uint64_t size = counts == NULL ? 0 : counts[0];
  TIFFClose(tiff);
  return size;
}

static int loadPage(const char *path) {
  if (pageCount == MAX_PAGES) fail("too many pages");
  Page *page = &pages[pageCount];
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail("cannot open a page");
  fseek(file, 0, SEEK_END);
  page->file.size = (size_t)ftell(file);
  rewind(file);
  page->file.bytes = need(malloc(page->file.size));
  if (fread(page->file.bytes, 1, page->file.size, file) != page->file.size) fail("cannot read a page");
  fclose(file);
  TIFF *tiff = openMemory(&page->file, "r");
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &page->width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &page->height);
  page->pixelBytes = (size_t)TIFFScanlineSize(tiff) * page->height;
  TIFFClose(tiff);
  page->pixels = need(calloc(1, page->pixelBytes));
  decodePage(page);
  return pageCount++;
}

/* Processor time, so that a busy machine counts little. */
static uint64_t nowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static Page *pageOf(int number) {
  if (number < 0 || number >= pageCount) fail("no such page");
  return &pages[number];
}

int main(void) {
  char line[4096], word[4096];
  int number, loops;
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (fgets(line, sizeof line, stdin) != NULL) {
    uint64_t result = 0;
    if (sscanf(line, "load %4095[^\n]", word) == 1) {
      printf("%d\n", loadPage(word));
    } else if (sscanf(line, "decode %d %d", &number, &loops) == 2) {
      Page *page = pageOf(number);
      uint64_t begun = nowNs();
      for (int loop = 0; loop < loops; loop++) decodePage(page);
      uint64_t taken = nowNs() - begun;
      for (size_t at = 0; at < page->pixelBytes; at++) result += page->pixels[at];
      printf("%llu %llu\n", (unsigned long long)taken, (unsigned long long)result);
    } else if (sscanf(line, "encode %d %15s %d", &number, word, &loops) == 3) {
      const Page *page = pageOf(number);
      uint64_t begun = nowNs();
      for (int loop = 0; loop < loops; loop++) result = encodePage(page, word);
      printf("%llu %llu\n", (unsigned long long)(nowNs() - begun), (unsigned long long)result);
    } else {
      fail("no such command");
    }
  }
  return 0;
}
