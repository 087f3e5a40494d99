import { useQuery } from '@tanstack/react-query'
import { api, body } from '../../api/client'

export const settingsQuery = { queryKey: ['settings'], queryFn: () => body(api.GET('/v2/settings')) }

/** The settings of the store, with its id and name. */
export function useSettings() {
  return useQuery(settingsQuery)
}
