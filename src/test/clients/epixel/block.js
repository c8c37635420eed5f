var request = require('request');
var options = {
'method': 'POST',
'url': 'https://<domain>/<api prefix>/<version>/block/user/',
'headers': {
'apikey': '<apikey>',
'Authorization': 'Beare <access-token>'
},
formData: {
'unique_id': '<user_unique_id>'
}
};
request(options, function (error, response) {
if (error) throw new Error(error);
console.log(response.body);
});
