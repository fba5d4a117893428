// Eight test charts in the manner of the ITU's, drawn by arithmetic: 1728 × 2376 at 204 × 196, the same everywhere.

import { Canvas } from './canvas.ts';
import type { Point } from './canvas.ts';
import type { Page } from './page.ts';

export const CHART_WIDTH = 1728;
export const CHART_HEIGHT = 2376;

type Draw = (canvas: Canvas) => void;

const CHARTS: readonly (readonly [name: string, draw: Draw])[] = [
  ['letter', drawLetter],
  ['line drawing', drawLineDrawing],
  ['ruled form', drawRuledForm],
  ['dense small text', drawDenseText],
  ['resolution wedges', drawWedges],
  ['halftone ramp', drawHalftones],
  ['handwriting', drawHandwriting],
  ['inverse areas', drawInverse],
];

let drawn: readonly Page[] | undefined;

/** The eight charts; drawn once. */
export function charts(): readonly Page[] {
  drawn ??= CHARTS.map(([name, draw], index) => {
    const canvas = new Canvas(CHART_WIDTH, CHART_HEIGHT, 1 + index);
    draw(canvas);
    return canvas.page(`chart ${index + 1}: ${name}`);
  });
  return drawn;
}

/** Chart 1: a business letter, about a quarter of the sheet in words. */
function drawLetter(canvas: Canvas): void {
  canvas.disc(200, 200, 70);
  canvas.words(330, 160, 800, 48);
  canvas.words(330, 240, 500, 24);
  canvas.rectangle(130, 310, 1460, 3);
  for (let line = 0; line < 5; line++) canvas.words(180, 420 + line * 40, 420 - line * 30, 24);
  canvas.words(1150, 640, 400, 24);
  for (let paragraph = 0; paragraph < 3; paragraph++) {
    for (let line = 0; line < 7; line++) {
      canvas.words(180, 760 + paragraph * 350 + line * 42, line === 6 ? 600 : 1360, 24);
    }
  }
  scribble(canvas, 1000, 1900, 420, 60, 4);
  canvas.words(1000, 2010, 380, 24);
  canvas.words(180, 2260, 1200, 14);
}

/** Chart 2: circles, gears, hatching and measures, hardly any text. */
function drawLineDrawing(canvas: Canvas): void {
  canvas.frame(90, 90, 1548, 2196, 4);
  for (const radius of [520, 500, 330, 322, 120, 60]) {
    canvas.arc([860, 900], [radius, radius], 0, 1, radius > 400 ? 4 : 2);
  }
  for (let tooth = 0; tooth < 48; tooth++) {
    const at = (turn: number, radius: number): Point => [
      860 + radius * Math.cos(turn * 2 * Math.PI),
      900 + radius * Math.sin(turn * 2 * Math.PI),
    ];
    const turn = tooth / 48;
    canvas.line([at(turn, 520), at(turn + 0.004, 560), at(turn + 0.011, 560), at(turn + 0.015, 520)], 3);
  }
  for (let hatch = 0; hatch < 60; hatch++) {
    canvas.line(
      [
        [200 + hatch * 22, 1980],
        [300 + hatch * 22, 1700],
      ],
      2,
    );
  }
  canvas.frame(200, 1700, 1400, 280, 4);
  for (const y of [1580, 2060]) {
    canvas.line(
      [
        [200, y],
        [1600, y],
      ],
      2,
    );
    canvas.words(800, y - 30, 160, 20);
  }
  for (let y = 250; y < 1560; y += 40) canvas.rectangle(860, y, 2, y % 80 === 10 ? 8 : 28);
  canvas.words(1180, 2180, 430, 22);
}

/** Chart 3: an invoice with a table. */
function drawRuledForm(canvas: Canvas): void {
  canvas.words(120, 110, 620, 44);
  canvas.frame(110, 260, 700, 330, 3);
  canvas.frame(900, 260, 720, 330, 3);
  for (let line = 0; line < 6; line++) {
    canvas.words(140, 290 + line * 46, 560, 22);
    canvas.rectangle(900, 315 + line * 46, 720, 2);
    canvas.words(920, 285 + line * 46, 260, 18);
  }
  const columns = [110, 240, 880, 1060, 1240, 1430, 1620];
  for (let row = 0; row <= 26; row++)
    canvas.rectangle(110, 680 + row * 56, 1512, row < 2 || row === 26 ? 4 : 2);
  for (const column of columns) canvas.rectangle(column, 680, 3, 26 * 56);
  for (let row = 0; row < 26; row++) {
    for (const [index, column] of columns.slice(0, -1).entries()) {
      const room = (columns[index + 1] ?? 0) - column - 30;
      if (row === 0 || index < 2 || (row * 7 + index * 3) % 5 > 1) {
        canvas.words(column + 16, 696 + row * 56, index === 1 ? room - ((row * 53) % 300) : room, 22);
      }
    }
  }
  canvas.words(110, 2200, 1400, 16);
}

/** Chart 4: a page full of small print. */
function drawDenseText(canvas: Canvas): void {
  for (let line = 0; line < 98; line++) {
    const indent = line % 11 === 0 ? 60 : 0;
    canvas.words(90 + indent, 90 + line * 23, (line % 11 === 10 ? 1000 : 1550) - indent, 13);
  }
}

/** Chart 5: wedges, line pairs of every width, a star, checkers. */
function drawWedges(canvas: Canvas): void {
  for (let ray = 0; ray < 72; ray += 2) {
    for (let step = 0; step < 260; step++) {
      const turn = (ray + step / 260) / 72;
      const far: Point = [480 + 380 * Math.cos(turn * 2 * Math.PI), 500 + 380 * Math.sin(turn * 2 * Math.PI)];
      canvas.line([[480, 500], far], 1);
    }
  }
  for (let width = 1; width <= 12; width++) {
    const left = 1000 + ((width - 1) % 3) * 210;
    const top = 130 + Math.floor((width - 1) / 3) * 200;
    for (let at = 0; at < 80; at += width * 2) {
      canvas.rectangle(left + at, top, width, 160);
      canvas.rectangle(left + 95, top + at * 2, 95, width);
    }
  }
  for (let line = 0; line < 40; line++) {
    canvas.line(
      [
        [110 + line * 4, 1000],
        [110 + line * 38, 1500],
      ],
      2,
    );
  }
  for (let size = 1; size <= 6; size++) {
    const left = 110 + (size - 1) * 255;
    for (let y = 0; y < 230; y += size) {
      for (let x = 0; x < 230; x += size) {
        if ((x / size + y / size) % 2 === 0) canvas.rectangle(left + x, 1570 + y, size, size);
      }
    }
  }
  for (let size = 6; size <= 40; size += 2) canvas.words(110, 1800 + (size - 4) * 14, 1500, size);
}

/** Chart 6: gray by error diffusion, by a round screen and by lines. */
function drawHalftones(canvas: Canvas): void {
  canvas.halftone(110, 110, 1508, 360, (x) => x / 1508);
  canvas.halftone(110, 520, 740, 740, (x, y) => 0.5 + 0.5 * Math.sin((x * x + y * y) / 40_000));
  for (let y = 0; y < 740; y += 10) {
    for (let x = 0; x < 740; x += 10) {
      canvas.disc(880 + x + (y % 20 === 0 ? 0 : 5), 520 + y, 0.5 + (5.4 * (x + y)) / 1480);
    }
  }
  for (let step = 0; step < 16; step++) {
    canvas.halftone(110 + step * 94, 1310, 94, 200, () => step / 15);
  }
  for (let y = 0; y < 300; y += 8) canvas.rectangle(110, 1560 + y, 1508, 1 + (y * 6) / 300);
  canvas.halftone(110, 1900, 1508, 300, (x, y) => Math.abs(Math.sin(x / 90) * Math.cos(y / 70)));
  canvas.words(110, 2260, 1000, 24);
}

/** Chart 7: a note by hand, and a paragraph of characters. */
function drawHandwriting(canvas: Canvas): void {
  for (let line = 0; line < 14; line++) {
    scribble(canvas, 130, 180 + line * 90, line % 5 === 4 ? 700 : 1450, 34, 4);
  }
  for (let line = 0; line < 18; line++) canvas.words(130, 1440 + line * 46, 1450, 32, 'kanji');
}

/** Chart 8: white on black, black on white, thick strokes. */
function drawInverse(canvas: Canvas): void {
  for (let line = 0; line < 11; line++) canvas.words(160, 170 + line * 62, 1400, 36);
  canvas.invert(90, 110, 1548, 740);
  for (let line = 0; line < 8; line++) canvas.words(130, 920 + line * 46, 1460, 28, 'kanji');
  canvas.invert(860, 880, 778, 420);
  for (const radius of [245, 185, 125]) canvas.arc([480, 1680], [radius, radius], 0, 1, 30);
  canvas.disc(480, 1680, 80);
  canvas.rectangle(900, 1420, 700, 520);
  canvas.rectangle(960, 1480, 580, 400, false);
  canvas.line(
    [
      [980, 1860],
      [1250, 1500],
      [1520, 1860],
    ],
    40,
  );
  for (let line = 0; line < 5; line++) canvas.words(160, 2040 + line * 50, 1300, 30);
  canvas.invert(0, 2010, 1728, 366);
}

/** Cursive: loops that lean to the right and never lift the pen within a word. */
function scribble(
  canvas: Canvas,
  left: number,
  top: number,
  length: number,
  size: number,
  pen: number,
): void {
  let x = left;
  while (x < left + length - size * 2) {
    const word: Point[] = [];
    const loops = canvas.random.integer(2, 9);
    for (let loop = 0; loop < loops && x < left + length - size; loop++) {
      const tall = canvas.random.pick([0.6, 0.7, 1.3, 1, 0.5]) * size;
      const wide = canvas.random.pick([0.25, 0.35, 0.5]) * size;
      for (let step = 0; step <= 16; step++) {
        const angle = (step / 16) * 2 * Math.PI;
        word.push([
          x + (step / 16) * wide * 1.6 + wide * Math.sin(angle) + (1 - Math.cos(angle)) * 4,
          top + size - (tall * (1 - Math.cos(angle))) / 2,
        ]);
      }
      x += wide * 1.6;
    }
    canvas.line(word, pen);
    x += size * 1.1;
  }
}
