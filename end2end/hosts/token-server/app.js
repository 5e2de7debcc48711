// The integrator's own server: it holds the company token and gives each of its signed-in users an operator token.
// The sample's Express server, with `expiresAt` in the answer, which the sample's token manager reads, and `?org=`.

import express from 'express';

/**
 * @param {object} options
 * @param {(user: string, org?: string) => Promise<number>} options.getOperatorIdForUser the integrator's own knowledge
 * @param {() => string} options.hub the address of ChatHub
 * @param {() => number} options.lifetime milliseconds: a day, but where a test wants to see a token end
 */
export function tokenServer({ hub, getOperatorIdForUser, lifetime }) {
  const app = express();

  // Whoever is signed in to this made-up back office.
  app.use((req, res, next) => {
    req.session = { userId: 'anna' };
    next();
  });

  app.get('/api/chathub/token', async (req, res) => {
    try {
      // Authenticate your user first
      const userId = req.session.userId;
      if (!userId) {
        return res.status(401).json({ error: 'Unauthorized' });
      }

      // Get company token (stored securely on server)
      const companyToken = process.env.CHATHUB_COMPANY_TOKEN;

      // Get operator ID for this user
      const operatorId = await getOperatorIdForUser(userId, req.query.org);

      // Generate operator token
      const expiresAt = new Date(Date.now() + lifetime());
      const operatorToken = await generateOperatorToken(companyToken, operatorId, expiresAt);

      res.set('Cache-Control', 'no-store').json({ token: operatorToken, expiresAt: expiresAt.toISOString() });
    } catch (error) {
      res.status(500).json({ error: 'Failed to generate token' });
    }
  });

  app.post('/api/chathub/validate', express.json({ type: '*/*' }), async (req, res) => {
    const response = await fetch(`${hub()}/api/operator/validate-token`, {
      method: 'POST',
      headers: {
        'Authorization': `Bearer ${process.env.CHATHUB_COMPANY_TOKEN}`,
        'Content-Type': 'application/json'
      },
      body: JSON.stringify({ token: req.body.token })
    });
    res.json(await response.json());
  });

  async function generateOperatorToken(companyToken, operatorId, expiresAt) {
    const response = await fetch(
      `${hub()}/api/operator/get-token`,
      {
        method: 'POST',
        headers: {
          'Authorization': `Bearer ${companyToken}`,
          'Content-Type': 'application/json'
        },
        body: JSON.stringify({
          id: operatorId,
          expiresAt: expiresAt.toISOString()
        })
      }
    );

    return response.text();
  }

  return app;
}
