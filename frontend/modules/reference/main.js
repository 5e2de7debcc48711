// The interactive reference: Swagger UI over /api/openapi.json. Tokens stay in this page's memory.

const DOCUMENT = '/api/openapi.json';
const COMPANY_TOKEN = '/api/company/get-token';
const OPERATOR_TOKEN = '/api/operator/get-token';
const VALIDATE = '/api/operator/validate-token';

const root = /** @type {HTMLElement} */ (document.getElementById('reference'));
const signIn = /** @type {HTMLButtonElement} */ (document.getElementById('demo-sign-in'));
const state = /** @type {HTMLElement} */ (document.getElementById('demo-state'));
const isDemo = !signIn.closest('[hidden]');

// Swagger UI's dark colours hang on a class; the system says whether they are wanted.
const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();

/**
 * What is read of the API's document (OpenAPI 3.1).
 * @typedef {{ example: unknown }} Schema
 * @typedef {{ post: { requestBody: { content: Record<string, { schema: { $ref: string } }> } } }} Path
 * @typedef {{ paths: Record<string, Path>, components: { schemas: Record<string, Schema> } }} Description
 */

/**
 * What a call's body is described as. Its example is true in a demonstration.
 * @param {Description} description
 * @param {string} path
 */
function body(description, path) {
  const { schema } = description.paths[path].post.requestBody.content['application/json'];
  return description.components.schemas[schema.$ref.replace(/.*\//, '')];
}

/**
 * @param {string} path
 * @param {unknown} message
 * @param {string} [token]
 * @returns {Promise<string>} the token that was asked for
 */
async function ask(path, message, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(message) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

/**
 * Fills both tokens in, and the fresh operator token into the example that looks at one.
 * @param {SwaggerUI} ui
 * @param {Description} description
 */
async function authorize(ui, description) {
  const company = await ask(COMPANY_TOKEN, body(description, COMPANY_TOKEN).example);
  const operator = await ask(OPERATOR_TOKEN, body(description, OPERATOR_TOKEN).example, company);
  body(description, VALIDATE).example = { token: operator };
  ui.specActions.updateSpec(JSON.stringify(description));
  ui.preauthorizeApiKey('companyToken', company);
  ui.preauthorizeApiKey('operatorToken', operator);
}

async function start() {
  const response = await fetch(DOCUMENT);
  if (!response.ok) throw new Error(`${DOCUMENT} answered ${response.status}`);
  /** @type {Description} */
  const description = await response.json();
  const ui = window.SwaggerUIBundle({
    spec: structuredClone(description),
    domNode: root,
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    defaultModelRendering: 'example',
    displayRequestDuration: true,
    docExpansion: 'list',
    persistAuthorization: false,
    tryItOutEnabled: isDemo,
    validatorUrl: null,
  });
  signIn.addEventListener('click', async () => {
    signIn.disabled = true;
    try {
      await authorize(ui, description);
      state.textContent = 'Both tokens are filled in: open a call and press Execute.';
      signIn.hidden = true;
    } catch (error) {
      state.textContent = `The tokens could not be had: ${/** @type {Error} */ (error).message}`;
      signIn.disabled = false;
    }
  });
}

start().catch((error) => {
  const wait = document.createElement('p');
  wait.className = 'wait';
  wait.setAttribute('role', 'alert');
  wait.textContent = `The reference can't be shown: ${error.message}. Reload the page to try again.`;
  root.replaceChildren(wait);
});
