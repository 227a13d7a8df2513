// A real OpenID provider for one test run: `oidc-provider` from npm, which is certified, on loopback. Accounts, groups
// and the mistakes that tests ask for are set through /control; everything else is the provider's own doing.
//
// Usage: node provider.mjs PORT. It is several issuers, one for each path /i/NAME, so that tests beside each other do
// not turn each other's keys or clocks: the first question for a path makes its issuer.
import { createHmac, createPrivateKey, createPublicKey, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const port = Number(process.argv[2]);
const base = `http://127.0.0.1:${port}`;
const issuers = new Map();
const SECRET = "a secret of the test's own, in two halves";
const now = Date.now.bind(Date);
// The provider asks Date for every claim of time; by how much its clock is wrong goes with each request.
const clock = new AsyncLocalStorage();
Date.now = () => now() + (clock.getStore() ?? 0);

function key() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), use: "sig", alg: "RS256" };
}

const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

// An ID token of the provider's as a forger would send it on: with other claims (`null`: without), with times moved by
// seconds, and signed by nobody (`none`), by the client's secret (`secret`), by the public key taken for a secret
// (`public`), by a key of the forger's under the provider's name (`other`), or by the provider's own key.
function forged(token, is) {
  const { by, claims = {}, moved = {} } = is.forge;
  const says = { ...JSON.parse(Buffer.from(token.split(".")[1], "base64url")), ...claims };
  for (const [name, seconds] of Object.entries(moved)) says[name] += seconds;
  for (const name of Object.keys(says)) if (says[name] === null) delete says[name];
  const alg = by === "none" ? "none" : by === "secret" || by === "public" ? "HS256" : "RS256";
  const text = `${part({ alg, kid: is.key.kid, typ: "JWT" })}.${part(says)}`;
  if (by === "none") return `${text}.`;
  if (alg === "HS256") {
    const pem = createPublicKey({ key: is.key, format: "jwk" }).export({ type: "spki", format: "pem" });
    return `${text}.${createHmac("sha256", by === "secret" ? SECRET : pem).update(text).digest("base64url")}`;
  }
  const own = createPrivateKey({ key: by === "other" ? key() : is.key, format: "jwk" });
  return `${text}.${createSign("sha256").update(text).sign(own, "base64url")}`;
}

function build(name, is) {
  const provider = new Provider(`${base}/i/${name}`, {
    jwks: { keys: [is.key] },
    clients: [{
      client_id: "plantgate",
      client_secret: SECRET,
      redirect_uris: [is.back],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: is.post ? "client_secret_post" : "client_secret_basic",
    }],
    cookies: { keys: [is.cookies], long: { path: `/i/${name}` }, short: { path: `/i/${name}` } },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "groups"], acr: null, auth_time: null },
    acrValues: ["urn:plant:mfa"],
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `${base}/i/${name}/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, groups: is.groups[sub] }) }),
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3600, Grant: 600 },
  });
  provider.use(async (context, next) => {
    await next();
    if (is.forge && context.body?.id_token) context.body.id_token = forged(context.body.id_token, is);
  });
  provider.on("server_error", (_, error) => console.error(error));
  return provider;
}

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

function issuer(name) {
  if (!issuers.has(name)) {
    const back = `http://127.0.0.1/sign-in/with/${name}/back`;
    const cookies = randomBytes(32).toString("hex");
    const is = { name, key: key(), cookies, groups: {}, back, skew: 0, away: false };
    is.provider = build(name, is);
    issuers.set(name, is);
  }
  return issuers.get(name);
}

// POST /control/NAME with JSON: back, groups {subject: [group]}, skew (seconds), rotate, post, away, forge.
async function control(request, response, name) {
  const is = issuer(name);
  const wanted = JSON.parse((await body(request)) || "{}");
  if ("skew" in wanted) is.skew = wanted.skew * 1000;
  if ("groups" in wanted) is.groups = wanted.groups;
  if ("away" in wanted) is.away = wanted.away;
  if ("forge" in wanted) is.forge = wanted.forge;
  if ("back" in wanted || "post" in wanted || wanted.rotate) {
    if ("back" in wanted) is.back = wanted.back;
    if ("post" in wanted) is.post = wanted.post;
    if (wanted.rotate) is.key = key();
    // Codes and sessions are kept by the provider's own memory for all issuers, so they outlive this.
    is.provider = build(name, is);
  }
  response.end("{}");
}

// The page on which somebody types who they are: the subject is what the form says.
async function interaction(request, response, is) {
  const details = await is.provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(`<!doctype html><html lang="en"><title>Identity provider of the test</title><h1>Who are you?</h1>
<form method="post"><input type="hidden" name="prompt" value="${details.prompt.name}"><label>Account <input name="sub"
autofocus></label><button type="submit">Go on</button></form></html>`);
  }
  const fields = new URLSearchParams(await body(request));
  if (fields.get("refuse")) {
    const result = { error: "access_denied", error_description: "no" };
    return is.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const sub = fields.get("sub") || details.session?.accountId;
  const grant = new is.provider.Grant({ accountId: sub, clientId: details.params.client_id });
  grant.addOIDCScope("openid");
  const acr = "urn:plant:mfa";
  const amr = ["pwd", "otp"];
  const result = { login: { accountId: sub, acr, amr }, consent: { grantId: await grant.save() } };
  return is.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

createServer(async (request, response) => {
  try {
    const [, what, name, ...rest] = new URL(request.url, base).pathname.split("/");
    if (what === "control") return await control(request, response, name);
    if (what !== "i" || !name) return response.writeHead(404).end();
    const is = issuer(name);
    if (is.away) return request.socket.destroy();
    request.originalUrl = request.url;
    request.url = request.url.slice(`/i/${name}`.length) || "/";
    const ours = rest[0] === "interaction";
    const answer = () => (ours ? interaction(request, response, is) : is.provider.callback()(request, response));
    await clock.run(is.skew, answer);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end(String(error));
  }
}).listen(port, "127.0.0.1");
