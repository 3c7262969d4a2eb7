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

const at = id => document.getElementById(id);
const dark = matchMedia('(prefers-color-scheme: dark)');

function ms(nanos) {
  if (nanos === undefined || nanos === null) {
    return 'n too small';
  }
  const value = nanos / 1e6;
  return value.toFixed(Math.abs(value) < 0.1 ? 3 : Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0) + ' ms';
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

/* One hop's part of bars in which all hops stand one after the other; lengths in the unit of the axis, one for each bar. */
function hopBars(hop, place, lengths) {
  return {
    name: hop,
    type: 'bar',
    stack: 'hops',
    barWidth: '62%',
    color: hopColour(place),
    itemStyle: { borderColor: background(), borderWidth: 0.5 },
    data: lengths,
  };
}
