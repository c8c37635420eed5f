// Submits a job whose verdict comes later, and waits for it as the vendor's package does.
//
// usage: node wait.js <host:port> <partner id> <api secret> <a picture>

const { WebApi } = require('smile-identity-core');

const [authority, partnerId, apiKey, picture] = process.argv.slice(2);

new WebApi(partnerId, '', apiKey, `https://${authority}/smileid/v1/`)
  .submit_job(
    { user_id: 'ann', job_id: 'waits', job_type: '4' },
    [{ image_type_id: 0, image: picture }],
    {},
    { return_job_status: true },
  )
  .then(({ job_complete, job_success, result }) =>
    console.log(JSON.stringify({ job_complete, job_success, code: result.ResultCode, sure: result.ConfidenceValue })),
  )
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
