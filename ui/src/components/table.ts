/** How all tables look, in our words and usable without a mouse. */
import { t } from '../strings.en.ts'

export const tableProps = {
  withTableBorder: true,
  borderRadius: 'md',
  highlightOnHover: true,
  minHeight: 160,
  noRecordsText: t.table.none,
  scrollAreaProps: { viewportProps: { tabIndex: 0, 'aria-label': t.table.area, role: 'region' } as object },
}
