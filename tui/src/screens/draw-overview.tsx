/** One frame of the overview as text: for a terminal whose keys are not ours, because standard input comes from a file. */
import { renderToString } from 'ink';
import { Overview, type OverviewProps } from './overview.tsx';

/** @returns lines joined by newlines, the last one not ended */
export function drawOverview(props: OverviewProps): string {
  return renderToString(<Overview {...props} />, { columns: props.columns });
}
