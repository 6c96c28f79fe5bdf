// How the browser is started: Debian's Chromium, without a window and without a network of its own.
import process from 'node:process';

/** @returns {import('playwright-core').LaunchOptions} */
export function launchOptions() {
  return {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      // Test machines are containers run as root, where Chromium's own sandbox does not start.
      '--no-sandbox',
      // The map needs WebGL; there is no graphics card, so it is drawn in software.
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      // Pages themselves are painted without it: software WebGL leaves gaps in pictures of long pages.
      '--disable-gpu-rasterization',
      // Chromium would otherwise look for updates and synchronise: requests that are not the page's.
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
