/** What to do when someone else saved first. */
import { same } from './values'

export interface Conflict {
  slug: string
  mine: unknown
  theirs: unknown
  before: unknown
}

/**
 * Which of my changes meet a change of theirs. Where they changed something else, or the same to the same value,
 * there is nothing to decide.
 */
export function conflictsOf(before: Record<string, unknown>, mine: Record<string, unknown>, theirs: Record<string, unknown>): Conflict[] {
  return Object.keys(mine)
    .filter((slug) => !same(theirs[slug] ?? null, before[slug] ?? null) && !same(theirs[slug] ?? null, mine[slug]))
    .map((slug) => ({ slug, mine: mine[slug], theirs: theirs[slug] ?? null, before: before[slug] ?? null }))
}

/** My changes without those that give way to theirs. */
export function settled(mine: Record<string, unknown>, giveWay: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mine).filter(([slug]) => !giveWay.includes(slug)))
}
