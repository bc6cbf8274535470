// A drawing of ECharts. Loaded by the pages that draw, with them.
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, use, type EChartsCoreOption, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef, type ReactNode } from "react";

use([
  BarChart,
  DataZoomComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
  VisualMapComponent,
]);

export interface Drawing {
  option: EChartsCoreOption;
  height: number;
  /** The place of a point among what is drawn: series and number, as `pick` gives it. */
  onPick?: (series: string, place: number) => void;
}

export default function Chart({
  option,
  height,
  onPick,
  label,
}: Drawing & { label: string }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const picked = useRef(onPick);
  picked.current = onPick;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = init(element, null, { renderer: "svg" });
    chart.current = made;
    made.on("click", (event) => {
      picked.current?.(event.seriesId ?? event.seriesName ?? "", event.dataIndex);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  return (
    <div className="chart" role="img" aria-label={label} data-chart="">
      <div ref={box} style={{ height }} />
    </div>
  );
}
