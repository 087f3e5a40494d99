// The clients that the tests speak through: the official SDK, configured and otherwise untouched.
import { gateway, MemoryStorageFactory } from '@elasticpath/js-sdk';

function environment(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `${name} is not set: these tests need running servers. Run \`make test\`, which starts them and says where they are.`,
    );
  }
  return value;
}

export const serverUrl = environment('CUSTOMARY_URL');
/** A second server that allows two requests a second. */
export const limitedUrl = environment('CUSTOMARY_LIMITED_URL');
export const clientId = environment('CUSTOMARY_CLIENT_ID');
export const clientSecret = environment('CUSTOMARY_CLIENT_SECRET');

/**
 * An SDK instance that has not signed in. With a `client_secret` it will use the grant
 * client_credentials, without one implicit: the SDK knows no other switch.
 *
 * The storage is given, because by default instances share their tokens in a folder on disk.
 */
export function client({ url = serverUrl, ...options } = {}) {
  const { host, protocol } = new URL(url);
  return gateway({
    client_id: clientId,
    host,
    protocol: protocol.replace(':', ''),
    storage: new MemoryStorageFactory(),
    ...options,
  });
}

/**
 * Signs in ahead of the first call. The SDK would do it by itself, but then it does not forget the
 * filter, sort and page of the call that made it do so, and the next list would be cut by them.
 */
export async function signedIn(instance) {
  await instance.Authenticate();
  return instance;
}

/** The owner of the store: may do everything. */
export const admin = (options) => signedIn(client({ client_secret: clientSecret, ...options }));

/** A visitor of the shop, who knows no secret. */
export const visitor = (options) => signedIn(client(options));

/** Puts a token into the storage of an instance that looks good to the SDK and to no server. */
export function giveStaleToken(instance) {
  const stale = { ...instance.credentials(), access_token: 'stale' };
  instance.storage.set('epCredentials', JSON.stringify(stale));
}

/** A `custom_fetch` that changes nothing and keeps what was asked and answered, in `exchanges`. */
export function recordingFetch() {
  const exchanges = [];
  const recording = async (url, options) => {
    const response = await fetch(url, options);
    exchanges.push(`${options.method} ${new URL(url).pathname} ${response.status}`);
    return response;
  };
  return Object.assign(recording, { exchanges });
}
