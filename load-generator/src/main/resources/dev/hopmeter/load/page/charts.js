'use strict';

/* What the live page and reports have in common. */

/*
 * Okabe and Ito's colours, which the colour-blind can tell apart, in an order in which neighbours differ in lightness too; then
 * others that are far from those, also for the colour-blind. As many as the routes of one workload have hops on all backends.
 */
const COLOURS = [
  '#999999', '#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#8a6bbe', '#8c5a2b',
  '#bbdd99', '#3311bb', '#66e6e6', '#553355', '#bb9955', '#bb55f5',
];

/* On all other colours of hops black has the contrast of 4.5 to 1 that small text needs; white has it on these alone. */
const WHITE_TEXT_ON = ['#0072b2', '#8c5a2b', '#3311bb', '#553355'];

const at = id => document.getElementById(id);
const dark = matchMedia('(prefers-color-scheme: dark)');

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

function ms(nanos) {
  if (nanos === undefined || nanos === null) {
    return 'n too small';
  }
  const value = nanos / 1e6;
  return value.toFixed(Math.abs(value) < 0.1 ? 3 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0) + ' ms';
}

/* Three digits that mean something. */
function digits(value) {
  const size = Math.abs(value);
  return value.toFixed(size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0);
}

function number(value) {
  return value === undefined || value === null ? '–' : Math.round(value).toLocaleString('en').replaceAll(',', '\u00a0');
}

function background() {
  return dark.matches ? '#15191d' : '#ffffff';
}

/* What every chart begins with; the text is read to those who do not see it. */
function common(text) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    aria: { enabled: true, label: { description: text } },
  };
}

/* By the hop's place in its route, or in several that are merged. The first of each is the slip, and no other hop is grey. */
function hopColour(place) {
  return COLOURS[place === 0 ? 0 : 1 + (place - 1) % (COLOURS.length - 1)];
}

function textOn(colour) {
  return WHITE_TEXT_ON.includes(colour) ? '#fff' : '#000';
}

/* A hop's number on its colour, as bars have it. */
function place(number) {
  const colour = hopColour(number);
  return make('span', { class: 'place', style: 'background:' + colour + ';color:' + textOn(colour) }, String(number + 1));
}

/*
 * One hop's part of bars in which all hops stand one after the other: an item for each bar, whose value is in the unit of the axis.
 * Where there is room for it, by the longest bar of all, it has its number.
 */
function hopBars(hop, place, items, longest) {
  const color = hopColour(place);
  return {
    name: hop,
    type: 'bar',
    stack: 'hops',
    barWidth: '62%',
    color,
    itemStyle: { borderColor: background(), borderWidth: 0.5 },
    label: { position: 'inside', formatter: String(place + 1), fontSize: 11, fontWeight: 600, color: textOn(color) },
    data: items.map(item => ({ ...item, label: { show: item.value > 0.06 * longest } })),
  };
}
