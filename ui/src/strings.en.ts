/** Every text of the Manager. A translation is another file of this shape. */

const plural = (count: number, one: string, many: string) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const t = {
  common: {
    cancel: 'Cancel',
    confirm: 'Confirm',
    copied: 'Copied',
    copy: 'Copy',
    create: 'Create',
    delete: 'Delete',
    loading: 'Loading',
    retry: 'Try again',
    save: 'Save',
    saved: 'Saved.',
    plural,
  },
  errors: {
    title: 'That did not work',
    status: (status: number) => `The server answered with status ${status}.`,
    unreachable: 'The server cannot be reached. Check that it runs, then try again.',
    nowhere: 'There is nothing here',
    nowhereText: 'The address may be old, or what it led to was deleted.',
    home: 'Go to the start page',
  },
  session: {
    title: 'Customary Manager',
    clientId: 'Client id',
    secret: 'Client secret',
    showSecret: 'Show or hide the secret',
    signIn: 'Sign in',
    whereFrom: 'The server shows a first client id and secret when it starts for the first time. For another: customary keys create --name NAME',
    clientIdMissing: 'Enter the client id of an application key',
    secretMissing: 'Enter its secret',
    wrong: 'This client id and secret do not belong together. Check both, or make another application key.',
    expiredTitle: 'Sign in again',
    expired: 'An hour has passed, and your session has ended. What you have typed is still here.',
  },
  shell: {
    product: 'Customary Manager',
    store: 'Store',
    skip: 'Skip to the content',
    navigation: 'Main navigation',
    breadcrumbs: 'Where you are',
    dark: 'Dark mode',
    light: 'Light mode',
    signOut: 'Sign out',
    home: 'Home',
    customers: 'Customers',
    flows: 'Flows and fields',
    keys: 'Application keys',
    settings: 'Settings',
    api: 'API',
  },
  flows: {
    kinds: {
      extends: (slug: string) => `extends ${slug}`,
      core: 'core',
      template: 'template',
      own: 'own entries',
    },
  },
}
