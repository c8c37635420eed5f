// A partner that is told of a job's result at its callback address, as the vendor's package asks for it. Prints the
// result, and whether the package's own check confirms the signature.
//
// usage: node callback.js <host:port> <partner id> <api secret> <a picture> <certificate> <its key>

const fs = require('fs');
const https = require('https');
const { Signature, WebApi } = require('smile-identity-core');

const [authority, partnerId, apiKey, picture, certificate, key] = process.argv.slice(2);

const partner = https.createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) });

const told = new Promise((resolve) => {
  partner.on('request', (request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      response.end('thanks');
      resolve({ method: request.method, path: request.url, type: request.headers['content-type'], body });
    });
  });
});

partner.listen(0, '127.0.0.1', async () => {
  try {
    const submitted = await new WebApi(partnerId, '', apiKey, `${authority}/smileid/v1`).submit_job(
      { user_id: 'ann', job_id: 'is-told', job_type: 4, optional_info: 'ours' },
      [{ image_type_id: 0, image: picture }],
      {},
      { return_job_status: false, optional_callback: `https://127.0.0.1:${partner.address().port}/callback` },
    );
    const { method, path, type, body } = await told;
    const { timestamp, signature, ...result } = JSON.parse(body);
    console.log(
      JSON.stringify(
        {
          success: submitted.success,
          method,
          path,
          type,
          result,
          confirmed: new Signature(partnerId, apiKey).confirm_signature(timestamp, signature),
          confirmedForAnother: new Signature(partnerId, 'another key').confirm_signature(timestamp, signature),
        },
        null,
        2,
      ),
    );
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
});
