// The built-in test page: what shows at a glance whether text, lines and grays arrive well.

import type { Translate } from '../language/language.tsx';

/** A4 at 204 dpi, the width of a fax page. */
const WIDTH = 1728;
const HEIGHT = 2386;
const LEFT = 160;
const RIGHT = WIDTH - 160;

/** Draws the page and gives it as a PNG. */
export async function drawTestPage(t: Translate): Promise<Blob> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser cannot draw');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = '#000';
  const family = getComputedStyle(document.body).fontFamily;
  const write = (text: string, y: number, size: number, weight = 400): void => {
    context.font = `${weight} ${size}px ${family}`;
    context.fillText(text, LEFT, y, RIGHT - LEFT);
  };
  write('Hikyaku', 300, 110, 700);
  write(t('testPage.title'), 390, 52);
  context.fillRect(LEFT, 430, RIGHT - LEFT, 4);
  write(t('testPage.text1'), 530, 40);
  write(t('testPage.text2'), 592, 40);
  let y = 730;
  for (const size of [64, 48, 36, 28, 22, 18]) {
    write(t('testPage.sample'), y, size);
    y += size * 1.7;
  }
  drawRulers(context, 1240);
  drawGrays(context, 1560);
  drawFrame(context);
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Lines of 1 to 8 pixels, upright and level. */
function drawRulers(context: OffscreenCanvasRenderingContext2D, top: number): void {
  for (let width = 1; width <= 8; width += 1) {
    for (let line = 0; line < 6; line += 1) {
      context.fillRect(LEFT + (width - 1) * 92 + line * (width + 4), top, width, 220);
    }
    context.fillRect(LEFT + 800, top + (width - 1) * 28, 608, width);
  }
}

function drawGrays(context: OffscreenCanvasRenderingContext2D, top: number): void {
  const steps = 11;
  const width = (RIGHT - LEFT) / steps;
  for (let step = 0; step < steps; step += 1) {
    const level = Math.round(255 - (255 * step) / (steps - 1));
    context.fillStyle = `rgb(${level} ${level} ${level})`;
    context.fillRect(LEFT + step * width, top, width, 200);
  }
  context.fillStyle = '#000';
}

function drawFrame(context: OffscreenCanvasRenderingContext2D): void {
  context.lineWidth = 4;
  context.strokeRect(60, 120, WIDTH - 120, HEIGHT - 240);
  context.beginPath();
  for (let radius = 40; radius <= 200; radius += 20) context.arc(WIDTH / 2, 2030, radius, 0, Math.PI * 2);
  context.stroke();
}
