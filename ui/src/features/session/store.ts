import { useQuery } from '@tanstack/react-query'
import { api, body } from '../../api/client'

export const settingsQuery = { queryKey: ['settings'], queryFn: () => body(api.GET('/v2/settings')) }

/** The settings of the store, with its id and name. */
export function useSettings() {
  return useQuery(settingsQuery)
}

/** Whether the store has nothing but what the platform documents, by its own settings or those of the server. */
export function useIsStrict(): boolean {
  const settings = useSettings()
  return settings.data !== undefined && settings.data.meta.store_name === undefined
}
