// Draws the picture of a table. The table is the truth: its first column names the points, each
// further column is a series; without this script the table itself is what one sees.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, BarChart, GridComponent, LegendComponent, LineChart, PieChart, SVGRenderer,
  TooltipComponent,
]);

const colours = ["#17509e", "#2f9c8f", "#e0a022", "#c25a3a", "#7a66b5", "#5b7a99"];
const calm = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function read(table) {
  const head = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const number = (cell) => Number(cell.dataset.value ?? cell.textContent.replace(/[^0-9.-]/g, ""));
  return {
    names: rows.map((cells) => cells[0].textContent.trim()),
    series: head.slice(1).map((name, column) => ({
      name,
      values: rows.map((cells) => number(cells[column + 1])),
    })),
  };
}

const perCent = (value) => `${Number((value * 100).toFixed(1))}%`;

function round({ names, series }) {
  const data = names.map((name, index) => ({ name, value: series[0].values[index] }));
  return { tooltip: { trigger: "item" }, series: [{ type: "pie", radius: ["46%", "72%"], label: { fontSize: 15 }, data }] };
}

function straight(kind, { names, series }, write) {
  const lying = kind === "bars";
  const axisLabel = { fontSize: 14, color: "#4c5a6d" };
  const points = { type: "category", data: names, axisLabel, axisTick: { show: false }, inverse: lying };
  const values = { type: "value", axisLabel: { ...axisLabel, formatter: write }, splitLine: { lineStyle: { color: "#e3ecf7" } } };
  return {
    grid: { left: 8, right: 24, top: series.length > 1 ? 40 : 16, bottom: 8 },
    legend: { show: series.length > 1, top: 0, left: 0, textStyle: { fontSize: 15 } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: write },
    xAxis: lying ? values : points,
    yAxis: lying ? points : values,
    series: series.map(({ name, values: data }) => ({
      name,
      data,
      type: kind === "line" ? "line" : "bar",
      barMaxWidth: 26,
      itemStyle: kind === "line" ? {} : { borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    })),
  };
}

/** Draw the table inside this figure as `data-chart` says: bar, bars (lying), line or round. */
export function draw(figure) {
  const place = figure.querySelector(".tb-chart__picture");
  const kind = figure.dataset.chart;
  const table = read(figure.querySelector("table"));
  place.hidden = false;
  const letters = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 };
  const picture = init(place, null, { renderer: "svg" });
  picture.setOption({
    animation: calm,
    animationDuration: 300,
    aria: { enabled: true, label: { description: figure.getAttribute("aria-label") } },
    color: colours,
    textStyle: letters,
    ...(kind === "round" ? round(table) : straight(kind, table, "share" in figure.dataset ? perCent : String)),
  });
  const details = figure.querySelector("details");
  if (details) details.open = false;
  new ResizeObserver(() => picture.resize()).observe(place);
}
