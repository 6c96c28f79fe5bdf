// The map module and the style by themselves, on the stand-in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { launchOptions } from './browser.mjs';
import { assertNoFaults, barriers, coloursOfMap, openPage, overflow } from './inspect.mjs';
import { startStandIn } from './stand-in.mjs';

let browser;
let standIn;

before(async () => {
  standIn = await startStandIn();
  browser = await chromium.launch(launchOptions());
});

after(async () => {
  await browser?.close();
  standIn?.stop();
});

async function openMap(options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${standIn.address}incidents`);
  await opened.page.locator('#map.map-ready').waitFor();
  return opened;
}

test('the map draws land and discs under the content policy, without a fault', async () => {
  const { page, faults, close } = await openMap();
  assert.ok((await coloursOfMap(page)) >= 4, 'sea, land, border, discs');
  assert.equal(await page.locator('.map-fallback').isVisible(), false);
  assertNoFaults(faults);
  await close();
});

test('a click tells every disc under it, as text and with a link', async () => {
  const { page, faults, close } = await openMap();
  const box = await page.locator('#map canvas').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const popup = page.locator('.maplibregl-popup');
  await popup.waitFor();
  const words = await popup.innerText();
  assert.match(words, /2 documented uses may have been here/);
  assert.match(words, /An invented use <b>one<\/b>/, 'markup of the record stays text');
  assert.match(words, /within 8 km/);
  assert.deepEqual(await barriers(page), []);
  await popup.getByRole('link').first().click();
  await page.waitForURL(/\/history\/(one|two)$/);
  assertNoFaults(faults);
  await close();
});

test('the map answers the keyboard', async () => {
  const { page, close } = await openMap();
  await page.locator('#map canvas').focus();
  await page.keyboard.press('Enter');
  await page.locator('.maplibregl-popup').waitFor();
  await close();
});

test('without WebGL the words stay and no empty frame is left', async () => {
  const { page, close } = await openPage(browser);
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  const warned = page.waitForEvent('console', (message) => /map is not shown/.test(message.text()));
  await page.goto(`${standIn.address}incidents`);
  await warned;
  assert.equal(await page.locator('.map-fallback').isVisible(), true);
  assert.equal(await page.locator('.map-canvas').count(), 0);
  await close();
});

for (const width of [360, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the style has no barrier at ${width} pixels, ${colorScheme}`, async () => {
      const { page, faults, close } = await openPage(browser, { width, colorScheme });
      for (const path of ['', 'incidents']) {
        await page.goto(standIn.address + path);
        assert.deepEqual(await barriers(page), []);
        assert.equal(await overflow(page), 0);
      }
      assertNoFaults(faults);
      await close();
    });
  }
}

test('the harness finds what it looks for', async () => {
  const { page, close } = await openPage(browser, { width: 360 });
  await page.goto(standIn.address);
  await page.evaluate(() => {
    const wide = document.createElement('img');
    wide.style.width = '900px';
    document.querySelector('main').append(wide);
  });
  assert.match((await barriers(page)).join(), /image-alt/);
  assert.ok((await overflow(page)) > 400);
  await close();
});
