// The weeks of a year beside those of the year before; the table below the chart says the same, and a click opens the week's items.
(() => {
  let library = null;
  const load = (address) => {
    library = document.createElement("script");
    library.src = address;
    library.addEventListener("load", draw);
    document.head.append(library);
  };
  const draw = () => {
    const place = document.getElementById("trend");
    if (!place || place.dataset.drawn) return;
    if (!window.echarts) return library || load(place.dataset.library);
    place.dataset.drawn = "yes";
    const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();
    const chart = echarts.init(place, null, { renderer: "svg" });
    const line = (name, data, shade, type) => ({
      name, type: "line", data: JSON.parse(data), showSymbol: false, lineStyle: { width: 2, type }, color: shade,
    });
    chart.setOption({
      animation: false,
      textStyle: { color: colour("--ink"), fontFamily: "inherit" },
      grid: { left: 44, right: 16, top: 36, bottom: 28 },
      legend: { top: 0, textStyle: { color: colour("--ink") } },
      tooltip: { trigger: "axis" },
      toolbox: { feature: { saveAsImage: { title: place.dataset.save, type: "svg" } } },
      xAxis: { type: "category", data: JSON.parse(place.dataset.starts).map((day) => day.slice(8) + "/" + day.slice(5, 7)) },
      yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: colour("--line") } } },
      series: [
        line(place.dataset.beforeName, place.dataset.before, colour("--faint"), "dashed"),
        line(place.dataset.name, place.dataset.this, colour("--accent"), "solid"),
      ],
    });
    chart.getZr().on("click", ({ offsetX, offsetY }) => {
      if (!chart.containPixel("grid", [offsetX, offsetY])) return;
      const [week] = chart.convertFromPixel({ seriesIndex: 1 }, [offsetX, offsetY]);
      document.querySelectorAll("#trend + details tbody tr")[week]?.querySelector("td:nth-of-type(1) a")?.click();
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  };
  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("htmx:afterSettle", draw);
})();
