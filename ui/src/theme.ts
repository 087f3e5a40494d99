import { createTheme, type CSSVariablesResolver, type MantineColorScheme } from '@mantine/core'
import { t } from './strings.en.ts'

/** Its arrows have no words of their own, and days that are not of the month or of the week are too pale to be read. */
const calendar = { ariaLabels: t.calendar, hideOutsideDates: true, weekendDays: [] }

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.15rem' }, h3: { fontSize: '1rem' } } },
  respectReducedMotion: true,
  components: {
    // Coloured words on a tint of the same colour are hard to read.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Table: { defaultProps: { verticalSpacing: 'sm' } },
    Badge: { defaultProps: { tt: 'none' } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': t.common.close } }, styles: { title: { fontSize: '1.15rem', fontWeight: 650 } } },
    // What the input would make of a number when it is left rounds a large one; the server says what fits.
    NumberInput: { defaultProps: { clampBehavior: 'none', trimLeadingZeroesOnBlur: false } },
    DateInput: { defaultProps: calendar },
    DateTimePicker: { defaultProps: calendar },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': t.common.close } }, styles: { description: { color: 'var(--mantine-color-dimmed)' } } },
  },
})

/** The library's lighter greys and reds miss the contrast that WCAG AA asks of text. */
export const contrast: CSSVariablesResolver = () => ({
  variables: {
    '--mantine-primary-color-filled-hover': '#095c6b',
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-color-red-filled-hover': '#a61e1e',
  },
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#626a72',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#0b7285',
    '--mantine-primary-color-light-color': '#095c6b',
    '--mantine-color-cyan-light-color': '#095c6b',
    '--mantine-color-red-light-color': '#a61e1e',
  },
  dark: {
    '--mantine-color-dimmed': '#b8b8b8',
    '--mantine-color-placeholder': '#a6a6a6',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#66d9e8',
  },
})

export const colorScheme: MantineColorScheme = 'auto'
