// Writes a picture of a whole page: node screenshot.mjs URL OUT.png [WIDTH] [light|dark]
import { chromium } from 'playwright-core';
import { launchOptions } from './browser.mjs';

const [address, file, width = '1280', colourScheme = 'light'] = process.argv.slice(2);
if (!address || !file || !Number.isInteger(Number(width)) || !['light', 'dark'].includes(colourScheme)) {
  console.error('usage: node screenshot.mjs URL OUT.png [WIDTH] [light|dark]');
  process.exit(2);
}

const browser = await chromium.launch(launchOptions());
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: 900 },
    deviceScaleFactor: 2,
    colorScheme: colourScheme,
    reducedMotion: 'reduce',
  });
  const answer = await page.goto(address, { waitUntil: 'load' });
  if (answer && !answer.ok()) throw new Error(`${address} answered ${answer.status()}`);
  // The map fetches its outlines after the page is loaded.
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: file, fullPage: true });
} finally {
  await browser.close();
}
