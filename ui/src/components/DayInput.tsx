/** A day as YYYY-MM-DD, typed or chosen. What is no day is told as it was typed, and stays for whoever typed it to see. */
import { DateInput, type DateInputProps } from '@mantine/dates'
import { useState } from 'react'
import { isDay } from './times'

interface Props extends Omit<DateInputProps, 'value' | 'onChange'> {
  value: string
  onChange: (typed: string) => void
}

export function DayInput({ value, onChange, ...rest }: Props) {
  // Escape closes the calendar first, and what it is in, such as a dialog, after that.
  const [isOpen, setOpen] = useState(false)
  return (
    <DateInput
      {...rest}
      data-mantine-stop-propagation={isOpen || undefined}
      valueFormat="YYYY-MM-DD"
      placeholder="2026-12-24"
      clearable
      fixOnBlur={false}
      dateParser={(typed) => (isDay(typed) ? typed : null)}
      value={isDay(value) ? value : null}
      onChange={(day) => onChange(day ?? '')}
      onInput={(event) => {
        setOpen(true)
        onChange(event.currentTarget.value)
      }}
      onFocus={() => setOpen(true)}
      onClick={() => setOpen(true)}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      onBlur={(event) => {
        setOpen(false)
        rest.onBlur?.(event)
      }}
    />
  )
}
