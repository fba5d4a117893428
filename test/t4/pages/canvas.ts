// Drawing in black and white with nothing but arithmetic, so that every machine draws the same pixels.

import { seededRandom } from '../../harness/seededRandom.ts';
import type { SeededRandom } from '../../harness/seededRandom.ts';
import { paintedPage } from './page.ts';
import type { Page } from './page.ts';

export type Point = readonly [x: number, y: number];

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly random: SeededRandom;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number, seed: number) {
    this.width = width;
    this.height = height;
    this.random = seededRandom(seed);
    this.#pixels = new Uint8Array(width * height);
  }

  page(name: string): Page {
    return paintedPage(name, this.width, this.height, (x, y) => this.#pixels[y * this.width + x] === 1);
  }

  rectangle(left: number, top: number, width: number, height: number, black = true): void {
    const from = Math.max(0, Math.round(left));
    const to = Math.min(this.width, Math.round(left + width));
    const bottom = Math.min(this.height, Math.round(top + height));
    for (let y = Math.max(0, Math.round(top)); y < bottom; y++) {
      if (to > from) this.#pixels.fill(black ? 1 : 0, y * this.width + from, y * this.width + to);
    }
  }

  frame(left: number, top: number, width: number, height: number, thickness: number): void {
    this.rectangle(left, top, width, thickness);
    this.rectangle(left, top + height - thickness, width, thickness);
    this.rectangle(left, top, thickness, height);
    this.rectangle(left + width - thickness, top, thickness, height);
  }

  /** Black becomes white and white black. */
  invert(left: number, top: number, width: number, height: number): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++) {
        this.#pixels[y * this.width + x] = 1 - (this.#pixels[y * this.width + x] ?? 0);
      }
    }
  }

  disc(centreX: number, centreY: number, radius: number): void {
    for (let y = Math.floor(centreY - radius); y <= centreY + radius; y++) {
      const half = radius * radius - (y - centreY) ** 2;
      if (half >= 0) this.rectangle(centreX - Math.sqrt(half), y, Math.max(1, 2 * Math.sqrt(half)), 1);
    }
  }

  /** A line through all the points, drawn with a round pen. */
  line(points: readonly Point[], thickness: number): void {
    for (const [index, [toX, toY]] of points.entries()) {
      const [fromX, fromY] = points[index - 1] ?? [toX, toY];
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY))));
      for (let step = 0; step <= steps; step++) {
        const x = fromX + ((toX - fromX) * step) / steps;
        const y = fromY + ((toY - fromY) * step) / steps;
        if (thickness <= 2) this.rectangle(x, y, thickness, thickness);
        else this.disc(x, y, thickness / 2);
      }
    }
  }

  /** Part of an ellipse, angles in turns. */
  arc(centre: Point, radii: Point, from: number, to: number, thickness: number): void {
    const steps = Math.max(6, Math.ceil(Math.abs(to - from) * 2 * (Math.abs(radii[0]) + Math.abs(radii[1]))));
    const points = Array.from({ length: steps + 1 }, (_, step): Point => {
      const angle = (from + ((to - from) * step) / steps) * 2 * Math.PI;
      return [centre[0] + radii[0] * Math.cos(angle), centre[1] + radii[1] * Math.sin(angle)];
    });
    this.line(points, thickness);
  }

  /** Fills an area with the gray of `darkness(x, y)` (0 white … 1 black) by Floyd and Steinberg's error diffusion. */
  halftone(
    left: number,
    top: number,
    width: number,
    height: number,
    darkness: (x: number, y: number) => number,
  ): void {
    let errors = new Float64Array(width + 2);
    for (let y = 0; y < height; y++) {
      const below = new Float64Array(width + 2);
      let right = 0;
      for (let x = 0; x < width; x++) {
        const wanted = darkness(x, y) + right + (errors[x + 1] ?? 0);
        const black = wanted >= 0.5;
        if (black) this.rectangle(left + x, top + y, 1, 1);
        const error = wanted - (black ? 1 : 0);
        right = (error * 7) / 16;
        below[x] = (below[x] ?? 0) + (error * 3) / 16;
        below[x + 1] = (below[x + 1] ?? 0) + (error * 5) / 16;
        below[x + 2] = (below[x + 2] ?? 0) + error / 16;
      }
      errors = below;
    }
  }

  /** A line of words that look like print: `size` is the height of a capital. */
  words(left: number, top: number, length: number, size: number, style: 'latin' | 'kanji' = 'latin'): void {
    const thickness = Math.max(1, Math.round(size / 8));
    for (let x = left; x < left + length - size;) {
      const letters = style === 'kanji' ? this.random.integer(8, 20) : this.random.integer(1, 10);
      for (let letter = 0; letter < letters && x < left + length - size; letter++) {
        x += style === 'kanji' ? this.#kanji(x, top, size) : this.#letter(x, top, size, thickness);
      }
      x += Math.round(size * (style === 'kanji' ? 0.4 : 0.55));
    }
  }

  #letter(left: number, top: number, size: number, thickness: number): number {
    const tall = this.random.next() < 0.35;
    const descends = !tall && this.random.next() < 0.12;
    const width = Math.round(size * this.random.pick([0.25, 0.55, 0.6, 0.65, 0.8]));
    const middle = top + size * 0.35;
    const bottom = top + size;
    const stem = () =>
      this.rectangle(
        left,
        tall ? top : middle,
        thickness,
        (descends ? size * 1.3 : size) - (tall ? 0 : size * 0.35),
      );
    const bowl = (from: number, to: number) =>
      this.arc(
        [left + width / 2, (middle + bottom) / 2],
        [width / 2 - thickness / 2, (bottom - middle) / 2 - thickness / 2],
        from,
        to,
        thickness,
      );
    switch (this.random.integer(0, 7)) {
      case 0:
        stem();
        break;
      case 1:
        stem();
        bowl(0, 1);
        break;
      case 2:
        bowl(0.08, 0.92);
        break;
      case 3:
        stem();
        bowl(0.5, 1);
        this.rectangle(left + width - thickness, (middle + bottom) / 2, thickness, (bottom - middle) / 2);
        break;
      case 4:
        bowl(0, 1);
        break;
      case 5:
        this.line(
          [
            [left, middle],
            [left + width / 2, bottom - thickness],
            [left + width - thickness, middle],
          ],
          thickness,
        );
        break;
      default:
        bowl(0.1, 1);
        this.rectangle(left, (middle + bottom) / 2 - thickness / 2, width, Math.max(1, thickness - 1));
    }
    return width + Math.max(2, Math.round(size / 6));
  }

  #kanji(left: number, top: number, size: number): number {
    const thin = Math.max(1, Math.round(size / 14));
    const thick = Math.max(1, Math.round(size / 9));
    const strokes = this.random.integer(4, 11);
    for (let stroke = 0; stroke < strokes; stroke++) {
      const from = this.random.next() * 0.4 * size;
      const length = (0.4 + this.random.next() * 0.5) * size;
      const across = (this.random.integer(0, 6) / 6) * size * 0.9;
      const kind = this.random.integer(0, 5);
      if (kind < 2) this.rectangle(left + from, top + across, Math.min(length, size - from), thin);
      else if (kind < 4) this.rectangle(left + across, top + from, thick, Math.min(length, size - from));
      else
        this.line(
          [
            [left + size / 2, top + across],
            [left + (stroke % 2 === 0 ? 0 : size * 0.9), top + size * 0.9],
          ],
          thin,
        );
    }
    return Math.round(size * 1.08);
  }
}
