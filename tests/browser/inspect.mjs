// What is asked of every page: nothing from elsewhere, no error, no barrier, no sideways scrolling.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Opens a page that keeps count of what must not happen.
 * @param {import('playwright-core').Browser} browser
 */
export async function openPage(browser, { width = 1280, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const faults = { elsewhere: [], console: [], failed: [] };
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (['data:', 'blob:'].includes(protocol)) return;
    if (hostname !== '127.0.0.1') faults.elsewhere.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.console.push(message.text());
  });
  page.on('pageerror', (error) => faults.console.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) faults.failed.push(`${response.status()} ${response.url()}`);
  });
  return { page, faults, close: () => context.close() };
}

/** No request to another host, no error in the console, no answer that is an error. */
export function assertNoFaults(faults) {
  assert.deepEqual(faults, { elsewhere: [], console: [], failed: [] });
}

/** The violations that axe finds serious or critical, in words. */
export async function barriers(page) {
  // Evaluated by the debugger, which the page's content policy does not bind.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .map((violation) => {
      const places = violation.nodes.slice(0, 3).map((node) => node.target.join(' '));
      return `${violation.id}: ${violation.help} (${places.join('; ')})`;
    });
}

/** By how many pixels the page is wider than the window; nought when nothing is cut off. */
export function overflow(page) {
  return page.evaluate(() => {
    const root = document.scrollingElement ?? document.documentElement;
    return Math.max(0, root.scrollWidth - root.clientWidth);
  });
}

/** How many different colours the map's canvas shows; an empty canvas shows one. */
export async function coloursOfMap(page) {
  const picture = await page.locator('#map canvas').screenshot();
  return page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4 * 97) {
      colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    }
    return colours.size;
  }, [...picture]);
}
