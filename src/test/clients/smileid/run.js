// A partner's use of the vendor's own package, from the signature to the signed response. Prints the
// results as one JSON object.
//
// usage: node run.js <host:port> <partner id> <api secret> <a picture>

const https = require('https');
const { Signature, WebApi, Utilities, IDApi } = require('smile-identity-core');

const [authority, partnerId, apiKey, picture] = process.argv.slice(2);
const server = `${authority}/smileid/v1`;
const images = [
  { image_type_id: 0, image: picture },
  { image_type_id: 1, image: picture.replace('selfie', 'card') },
];
const report = {};

/** Posts JSON and gives status and body. */
const post = (path, body) =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const request = https.request(
      `https://${authority}${path}`,
      { method: 'POST', headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) } },
      (reply) => {
        let got = '';
        reply.on('data', (part) => (got += part));
        reply.on('end', () => resolve({ status: reply.statusCode, body: JSON.parse(got) }));
      },
    );
    request.on('error', reject);
    request.end(text);
  });

/** Gets a link and gives status, type and length. */
const follow = (link) =>
  new Promise((resolve, reject) => {
    https
      .get(link, (reply) => {
        const parts = [];
        reply.on('data', (part) => parts.push(part));
        reply.on('end', () =>
          resolve({
            status: reply.statusCode,
            type: reply.headers['content-type'],
            bytes: Buffer.concat(parts).length,
          }),
        );
      })
      .on('error', reject);
  });

/** The page's call, with the timestamp and the signature of generate_signature(). */
const enrollee = (userId, flags, timestamp) =>
  post('/api/v2/partner/enrollee', {
    ...flags,
    email: 'ann@example.com',
    environment: 'test',
    partner_id: partnerId,
    user_id: userId,
    ...new Signature(partnerId, apiKey).generate_signature(timestamp),
  });

const submit = (userId, jobId, jobType, options = {}) =>
  new WebApi(partnerId, '', apiKey, server).submit_job(
    { user_id: userId, job_id: jobId, job_type: jobType, optional_info: 'ours' },
    images,
    options.idInfo || {},
    { return_job_status: true, return_history: true, return_images: true, ...options.more },
  );

const told = ({ job_complete, job_success, code, result, history, image_links }) => ({
  job_complete,
  job_success,
  code,
  ResultCode: result.ResultCode,
  ResultText: result.ResultText,
  PartnerParams: result.PartnerParams,
  history: history && history.map(({ ResultCode }) => ResultCode),
  image_links: image_links && Object.keys(image_links),
});

/** What the client makes of a refusal. */
const refusal = (call) =>
  call.then(
    () => 'taken',
    (error) => (error.response ? { status: error.response.status, ...error.response.data } : error.message),
  );

(async () => {
  const enrolled = await submit('ann', 'enrols-ann', 4);
  report.enrolment = told(enrolled);
  report.picture = await follow(enrolled.image_links.selfie_image);
  const entered = { entered: 'true', country: 'NG', id_type: 'NIN', id_number: '12345678901' };
  report.biometric = told(await submit('bob', 'enrols-bob', 1, { idInfo: entered }));
  report.authentication = told(await submit('ann', 'authenticates-ann', 2));
  report.unpolled = await submit('ann', 'authenticates-again', 2, {
    more: { return_job_status: false, optional_callback: 'https://acme.example/hook' },
  });
  report.again = await refusal(submit('ann', 'enrols-again', 4));

  const utilities = new Utilities(partnerId, apiKey, server);
  report.asked = told(await utilities.get_job_status('ann', 'authenticates-ann'));
  const polled = await new IDApi(partnerId, apiKey, server).pollJobStatus({
    user_id: 'ann',
    job_id: 'authenticates-again',
    job_type: 2,
  });
  report.polled = told(polled.data || polled);
  report.stranger = await new Utilities(partnerId, 'another key', server)
    .get_job_status('ann', 'enrols-ann')
    .catch((error) => error.response.data);

  // Its own check of signatures, with the server's response and with others.
  const reply = await post('/smileid/v1/job_status', {
    user_id: 'ann',
    job_id: 'enrols-ann',
    partner_id: partnerId,
    ...new Signature(partnerId, apiKey).generate_signature(),
  });
  const { timestamp, signature } = reply.body;
  report.confirmed = new Signature(partnerId, apiKey).confirm_signature(timestamp, signature);
  report.confirmedForAnother = new Signature(partnerId, 'another key').confirm_signature(timestamp, signature);
  report.reflected = await post('/api/v2/partner/enrollee', {
    active: false,
    email: 'ann@example.com',
    environment: 'test',
    partner_id: partnerId,
    user_id: 'ann',
    timestamp,
    signature,
  });

  report.deactivated = await enrollee('ann', { active: false });
  report.refused = await refusal(submit('ann', 'while-deactivated', 2));
  report.activated = await enrollee('ann', { active: true }, Date.now());
  report.mayEnrolAgain = await enrollee('ann', { allow_new_enroll: true });
  report.mustEnrolAgain = await refusal(submit('ann', 'not-yet', 2));
  report.enrolledAgain = told(await submit('ann', 'enrols-again', 4));
  report.fraudulent = await enrollee('ann', { is_fraudulent: true });
  report.spoiled = told(await submit('ann', 'spoiled', 2));
  report.deleted = await enrollee('bob', { delete: true });
  report.gone = await refusal(submit('bob', 'enrols-bob-again', 1, { idInfo: entered }));
  console.log(JSON.stringify(report, null, 2));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
