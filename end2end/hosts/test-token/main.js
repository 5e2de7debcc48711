async function getProductionToken() {
  const response = await fetch('/api/chathub/token');
  return (await response.json()).token;
}

function loadWidget(token) {
  const script = document.createElement('script');
  script.type = 'module';
  script.id = 'operator-chat-panel-script';
  script.src = 'https://chathub.example/operator-chat-panel/widget-script.js';
  script.setAttribute('token', token);
  document.body.appendChild(script);
}

// Use test token for development
const isDevelopment = process.env.NODE_ENV === 'development';
const token = isDevelopment
  ? 'test-token-for-development'
  : await getProductionToken();

loadWidget(token);
