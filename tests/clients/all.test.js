// The one entry. Tests of flows `customers` and `addresses` and of settings change what a whole store
// sees, so no two tests may run at once; and how `node --test` is told to take one file after the
// other differs between versions of Node. Tests of one file run in order in every version.
import './auth.js';
import './retries.js';
import './flows.js';
import './fields.js';
import './entries.js';
import './customers.js';
import './customer-tokens.js';
import './customer-addresses.js';
import './settings.js';
import './application-keys.js';
