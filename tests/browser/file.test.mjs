// The brief as one file, opened from a disk.
//
// REMNANT_BINARY=target/debug/remnant npm test
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { launchOptions } from './browser.mjs';
import { barriers, openPage, overflow } from './inspect.mjs';

let browser;
let folder;
let file;

before(async () => {
  const binary = process.env.REMNANT_BINARY;
  assert.ok(binary, 'REMNANT_BINARY names the program to test');
  folder = await mkdtemp(path.join(tmpdir(), 'remnant-brief-'));
  file = path.join(folder, 'brief.html');
  const days = ['--on', '2023-06-30', '--known-by', '2023-06-30'];
  execFileSync(binary, ['brief', 'transfer', 'us-ukraine-dpicm', ...days, '--output', file]);
  browser = await chromium.launch(launchOptions());
});

after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** Opens the file; gives the page and a function that checks that it asked for nothing else. */
async function open(options) {
  const { page, faults, close } = await openPage(browser, options);
  const address = pathToFileURL(file).href;
  await page.goto(address);
  return {
    page,
    async done() {
      assert.deepEqual(faults, { elsewhere: [address], console: [], failed: [] });
      await close();
    },
  };
}

test('the file holds no script and loads nothing', async () => {
  assert.doesNotMatch(await readFile(file, 'utf8'), /<script|<link|<img|@import|url\(http/i);
  const { page, done } = await open();
  assert.equal(await page.locator('script').count(), 0);
  await done();
});

for (const width of [360, 1280]) {
  test(`the file has no barrier and fits ${width} pixels`, async () => {
    const { page, done } = await open({ width });
    assert.deepEqual(await barriers(page), []);
    assert.equal(await overflow(page), 0);
    await done();
  });
}

test('a figure leads to how it came about, and from there to its source, inside the file', async () => {
  const { page, done } = await open();
  await page.locator('main a.figure').first().click();
  const explanation = page.locator('.explanation:target');
  assert.equal(await explanation.count(), 1);
  await explanation.locator('a[href^="#source-"]').first().click();
  assert.equal(await page.locator('li:target').count(), 1);
  await done();
});

test('on paper everything is open, tables repeat their heading and nothing is wider than the sheet', async () => {
  // A4 less the margins of the style, at 96 pixels to the inch.
  const { page, done } = await open({ width: Math.floor(((210 - 2 * 17) / 25.4) * 96) });
  await page.emulateMedia({ media: 'print' });
  const closed = await page.locator('main details').evaluateAll(
    (all) => all.filter((details) => details.lastElementChild.getBoundingClientRect().height === 0).length,
  );
  assert.equal(closed, 0);
  const heading = page.locator('main > section:not(#explanations) thead').first();
  assert.equal(await heading.evaluate((head) => getComputedStyle(head).display), 'table-header-group');
  assert.equal(await overflow(page), 0);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  assert.match(pdf.toString('latin1'), /\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
  await done();
});
