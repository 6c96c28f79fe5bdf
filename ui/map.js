// @ts-check
/**
 * The map of documented uses: discs as wide as the stated uncertainty over outlines of countries.
 *
 * Belongs here: showing, in a browser, what the server gives as GeoJSON. Does not belong here: which
 * incidents are shown, and how they are worded; the table under the map holds the same.
 *
 * There is no point on this map and none may be added: nobody stated a position to the metre, and a
 * point would look as if somebody had. For the same reason the map stops zooming where discs end.
 */

const LIBRARY = '/assets/vendor/maplibre-gl/maplibre-gl.mjs';
const WORKER = '/assets/vendor/maplibre-gl/maplibre-gl-worker.mjs';
const OUTLINES = '/assets/basemap.geojson';

/**
 * One documented use, as far as the map tells it.
 * @typedef {object} Incident
 * @property {string} id
 * @property {string} title
 * @property {string} date
 * @property {string} place
 * @property {number} uncertainty_m how far the use may have been from the centre of the disc, in metres
 * @property {string} href the page of the incident
 */

/**
 * @typedef {object} IncidentFeature
 * @property {'Feature'} type
 * @property {{ type: 'Polygon', coordinates: number[][][] }} geometry
 * @property {Incident} properties
 */

/** @typedef {{ type: 'FeatureCollection', features: IncidentFeature[] }} Incidents */

/**
 * West, south, east and north of all discs, or null when there is none.
 * @param {Incidents} incidents
 * @returns {[number, number, number, number] | null}
 */
export function boundsOf(incidents) {
  /** @type {[number, number, number, number]} */
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of incidents.features) {
    for (const [longitude, latitude] of feature.geometry.coordinates.flat()) {
      bounds[0] = Math.min(bounds[0], longitude);
      bounds[1] = Math.min(bounds[1], latitude);
      bounds[2] = Math.max(bounds[2], longitude);
      bounds[3] = Math.max(bounds[3], latitude);
    }
  }
  return bounds[0] === Infinity ? null : bounds;
}

/**
 * A distance in words: kilometres above one, metres below.
 * @param {number} metres
 */
export function distanceInWords(metres) {
  const kilometres = metres / 1000;
  if (kilometres < 1) return `${Math.round(metres)} m`;
  return `${Number(kilometres.toFixed(kilometres < 10 ? 1 : 0))} km`;
}

/**
 * What is told of the incidents under a place. Text only: the words come from sources.
 * @param {Incident[]} incidents
 */
export function popupContent(incidents) {
  const content = document.createElement('div');
  content.className = 'map-popup';
  if (incidents.length > 1) {
    const heading = document.createElement('p');
    heading.className = 'map-popup-count';
    heading.textContent = `${incidents.length} documented uses may have been here`;
    content.append(heading);
  }
  const list = document.createElement('ul');
  for (const incident of incidents) {
    const entry = document.createElement('li');
    const link = document.createElement('a');
    link.textContent = `${incident.place}, ${incident.date}`;
    const target = new URL(incident.href, location.href);
    // A record that people send corrections to must not be able to bring an address that runs script.
    if (target.origin === location.origin) link.href = target.href;
    const detail = document.createElement('span');
    const within = distanceInWords(incident.uncertainty_m);
    detail.textContent = `${incident.title}. Somewhere within ${within} of the centre.`;
    entry.append(link, document.createElement('br'), detail);
    list.append(entry);
  }
  content.append(list);
  return content;
}

/** The colours of the map, as the style sheet has them for the scheme in use. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  /** @type {(name: string, fallback: string) => string} */
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  return {
    sea: read('--map-sea', '#e8eef3'),
    land: read('--map-land', '#fbfbf9'),
    border: read('--map-border', '#8c959f'),
    disc: read('--map-disc', '#b35c00'),
  };
}

/**
 * A style without a network: two sources of our own, no glyphs, no sprites.
 * @param {Incidents} incidents
 */
function mapStyle(incidents) {
  const { sea, land, border, disc } = colours();
  return {
    version: 8,
    sources: {
      outlines: {
        type: 'geojson',
        data: new URL(OUTLINES, location.href).href,
        attribution: 'Outlines: Natural Earth, no statement on any border',
      },
      // Without tolerance: simplified, discs become octagons, and small ones vanish from a wide view.
      incidents: { type: 'geojson', data: incidents, tolerance: 0 },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': sea } },
      { id: 'land', type: 'fill', source: 'outlines', paint: { 'fill-color': land } },
      {
        id: 'border',
        type: 'line',
        source: 'outlines',
        paint: { 'line-color': border, 'line-width': 0.8 },
      },
      {
        id: 'disc',
        type: 'fill',
        source: 'incidents',
        paint: { 'fill-color': disc, 'fill-opacity': 0.16 },
      },
      {
        id: 'disc-edge',
        type: 'line',
        source: 'incidents',
        layout: { 'line-join': 'round' },
        // On a view of continents a disc is smaller than a pixel. A wider edge makes it visible, and
        // exaggerates how uncertain the place is, which is the side to err on.
        paint: {
          'line-color': disc,
          'line-width': ['interpolate', ['linear'], ['zoom'], 1, 5, 6, 1.4],
          'line-opacity': ['interpolate', ['linear'], ['zoom'], 1, 0.6, 6, 1],
        },
      },
    ],
  };
}

/**
 * Shows the map in its place on the page. Until it is drawn, and wherever it cannot be, the text
 * that the page came with stays.
 * @param {HTMLElement} place
 */
async function show(place) {
  const address = place.dataset.incidents;
  if (!address) return;
  const [library, answer] = await Promise.all([import(LIBRARY), fetch(address)]);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  /** @type {Incidents} */
  const incidents = await answer.json();
  library.setWorkerUrl(WORKER);

  const container = document.createElement('div');
  container.className = 'map-canvas';
  place.append(container);
  place.classList.add('map-loading');
  let map;
  try {
    map = new library.Map({
      container,
      style: mapStyle(incidents),
      bounds: boundsOf(incidents) ?? [-130, -50, 160, 70],
      fitBoundsOptions: { padding: 24, maxZoom: 8 },
      maxZoom: 11,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: { compact: false },
    });
  } catch (error) {
    // No WebGL: the words in the page say where the same is found.
    container.remove();
    place.classList.remove('map-loading');
    throw error;
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }));

  const popup = new library.Popup({ closeButton: true, maxWidth: '20rem', focusAfterOpen: true });
  /** @param {{ x: number, y: number }} point */
  const tell = (point) => {
    /** @type {Map<string, Incident>} */
    const found = new Map();
    // A finger is wider than a small disc.
    const near = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    for (const feature of map.queryRenderedFeatures(near, { layers: ['disc', 'disc-edge'] })) {
      // A disc that several tiles hold is found several times.
      found.set(feature.properties.id, feature.properties);
    }
    if (found.size === 0) return;
    const content = popupContent([...found.values()]);
    popup.setLngLat(map.unproject([point.x, point.y])).setDOMContent(content).addTo(map);
  };
  map.on('click', (/** @type {any} */ event) => tell(event.point));
  map.on('mouseenter', 'disc', () => map.getCanvas().classList.add('over-disc'));
  map.on('mouseleave', 'disc', () => map.getCanvas().classList.remove('over-disc'));
  // The arrow keys move the map; Enter asks what is under the cross in the middle.
  const canvas = map.getCanvas();
  canvas.setAttribute(
    'aria-label',
    'Map. Arrow keys move it, plus and minus zoom, Enter tells what is under the cross.',
  );
  canvas.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter') tell({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });
  });
  map.on('load', () => {
    place.classList.remove('map-loading');
    place.classList.add('map-ready');
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    map.setStyle(mapStyle(incidents));
  });
}

const place = document.getElementById('map');
if (place) {
  show(place).catch((error) => console.warn('The map is not shown:', error));
}
