/** The places of the app. Each is loaded when someone goes there. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Broken, Loading, Nowhere } from './components/Places'
import { Shell } from './features/session/Shell'
import { readListSearch, readNewSearch } from './features/records/search'

const root = createRootRoute({ component: Shell, notFoundComponent: Nowhere })
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
const tab = (search: Record<string, unknown>): { tab?: string } => ({ tab: text(search.tab) })

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./features/onboarding/Home'), 'Home') }),
  createRoute({ getParentRoute: () => root, path: '/customers', validateSearch: readListSearch, component: lazyRouteComponent(() => import('./features/records/pages'), 'CustomersPage') }),
  createRoute({ getParentRoute: () => root, path: '/customers/new', validateSearch: readNewSearch, component: lazyRouteComponent(() => import('./features/records/pages'), 'NewCustomerPage') }),
  createRoute({ getParentRoute: () => root, path: '/customers/$id', validateSearch: tab, component: lazyRouteComponent(() => import('./features/records/pages'), 'CustomerPage') }),
  createRoute({ getParentRoute: () => root, path: '/customers/$id/addresses/new', component: lazyRouteComponent(() => import('./features/records/pages'), 'NewAddressPage') }),
  createRoute({ getParentRoute: () => root, path: '/customers/$id/addresses/$address', validateSearch: tab, component: lazyRouteComponent(() => import('./features/records/pages'), 'AddressPage') }),
  createRoute({ getParentRoute: () => root, path: '/entries/$flow', validateSearch: readListSearch, component: lazyRouteComponent(() => import('./features/records/pages'), 'EntriesPage') }),
  createRoute({ getParentRoute: () => root, path: '/entries/$flow/new', validateSearch: readNewSearch, component: lazyRouteComponent(() => import('./features/records/pages'), 'NewEntryPage') }),
  createRoute({ getParentRoute: () => root, path: '/entries/$flow/$id', validateSearch: tab, component: lazyRouteComponent(() => import('./features/records/pages'), 'EntryPage') }),
  createRoute({ getParentRoute: () => root, path: '/flows', component: lazyRouteComponent(() => import('./features/flows/FlowsPage'), 'FlowsPage') }),
  createRoute({ getParentRoute: () => root, path: '/flows/$flow', validateSearch: tab, component: lazyRouteComponent(() => import('./features/flows/FlowPage'), 'FlowPage') }),
  createRoute({ getParentRoute: () => root, path: '/flows/$flow/fields/new', component: lazyRouteComponent(() => import('./features/fields/FieldPage'), 'NewFieldPage') }),
  createRoute({ getParentRoute: () => root, path: '/flows/$flow/fields/$field', component: lazyRouteComponent(() => import('./features/fields/FieldPage'), 'FieldPage') }),
  createRoute({ getParentRoute: () => root, path: '/keys', component: lazyRouteComponent(() => import('./features/keys/KeysPage'), 'KeysPage') }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('./features/settings/SettingsPage'), 'SettingsPage') }),
  createRoute({ getParentRoute: () => root, path: '/api', component: lazyRouteComponent(() => import('./features/api-page/ApiPage'), 'ApiPage') }),
]

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/manager',
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Nowhere,
  scrollRestoration: true,
})
