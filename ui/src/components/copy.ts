import { useEffect, useRef, useState } from 'react'
import { t } from '../strings.en.ts'
import { failed } from './notes'

const SHOWN_MS = 1_500

/** Browsers give the clipboard to pages from this machine or over HTTPS alone; for all others there is an older way. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const focused = document.activeElement
    const area = Object.assign(document.createElement('textarea'), { value: text })
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    const isCopied = document.execCommand('copy')
    area.remove()
    if (focused instanceof HTMLElement) focused.focus()
    return isCopied
  }
}

/** Copies a text, and says so for a moment. */
export function useCopy(value: string) {
  const [copied, setCopied] = useState(false)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  async function copy() {
    if (!(await write(value))) return failed(new Error(t.errors.noClipboard))
    setCopied(true)
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setCopied(false), SHOWN_MS)
  }
  return { copied, copy }
}
