#!/usr/bin/env bash
# Extends customers with a field, uses it, and takes everything back, checking each answer.
#
#   CLIENT_ID=… CLIENT_SECRET=… examples/walkthrough.sh [BASE_URL]
#
# BASE_URL is http://localhost:8080 unless given. The store must not have a flow "customers" yet.
# Requests are spelled as the platform's guides spell them: a bare token, no Content-Type, a number
# as the default of a string field.
set -euo pipefail

base=${1:-http://localhost:8080}
: "${CLIENT_ID:?set CLIENT_ID and CLIENT_SECRET to those of an application key}"
: "${CLIENT_SECRET:?set CLIENT_ID and CLIENT_SECRET to those of an application key}"

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# request METHOD PATH STATUS [BODY]: sends it and checks the status.
request() {
    local method=$1 path=$2 wanted=$3 status
    shift 3
    status=$(curl --silent --show-error --output "$answer" --write-out '%{http_code}' \
        --request "$method" "$base$path" --header "Authorization: $token" ${1+--data "$1"})
    printf '%-6s %-60s %s\n' "$method" "$path" "$status"
    if [ "$status" != "$wanted" ]; then
        echo "expected $wanted, got: $(cat "$answer")" >&2
        exit 1
    fi
}

# contains TEXT: checks that the last answer has it.
contains() {
    if ! grep --quiet --fixed-strings -- "$1" "$answer"; then
        echo "expected $1 in: $(cat "$answer")" >&2
        exit 1
    fi
}

# id: the id in the last answer.
id() {
    grep --only-matching --extended-regexp '"id":"[0-9a-f-]{36}"' "$answer" | head -n 1 | cut -d '"' -f 4
}

token=$(curl --silent --show-error --fail "$base/oauth/access_token" \
    --header 'Content-Type: application/json' \
    -d "client_id=$CLIENT_ID" -d "client_secret=$CLIENT_SECRET" -d grant_type=client_credentials |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')

echo "== Extend customers"
request POST /v2/flows 201 '{"data":{"type":"flow","name":"Customers","slug":"customers","description":"Extends the default customer object","enabled":true}}'
contains '"relationships":{}'
flow=$(id)
request POST /v2/flows 422 '{"data":{"type":"flow","name":"Customers","slug":"customers"}}'

request POST /v2/fields 201 '{"data":{"type":"field","name":"Delivery Details","slug":"delivery_details","field_type":"string","description":"Any specific details about delivery","required":false,"default":0,"enabled":true,"order":1,"relationships":{"flow":{"data":{"type":"flow","id":"'"$flow"'"}}}}}'
contains '"default":0,'
contains '"omit_null":false'
contains '"validation_rules":[]'
field=$(id)

request POST /v2/customers 201 '{"data":{"type":"customer","name":"Ron Swanson","email":"ron.swanson@gmail.com","delivery_details":"Do NOT leave in a government building"}}'
contains '"delivery_details":"Do NOT leave in a government building"'
contains '"password":false'
customer=$(id)

request GET "/v2/customers/$customer" 200
contains '"delivery_details":"Do NOT leave in a government building"'

request PUT "/v2/customers/$customer" 200 '{"data":{"type":"customer","id":"CUSTOMER-ID","delivery_details":"Leave in Leslie Knope’s office"}}'
contains '"delivery_details":"Leave in Leslie Knope’s office"'
contains '"name":"Ron Swanson"'
contains '"email":"ron.swanson@gmail.com"'

request POST /v2/customers 201 '{"data":{"type":"customer","name":"Leslie Knope","email":"leslie.knope@gmail.com"}}'
contains '"delivery_details":"0"'
other=$(id)

echo "== Take it back"
request DELETE "/v2/customers/$other" 204
request DELETE "/v2/customers/$customer" 204
request GET "/v2/customers/$customer" 404
request DELETE "/v2/fields/$field" 204
request DELETE "/v2/flows/$flow" 405
request PUT "/v2/flows/$flow" 200 '{"data":{"type":"flow","slug":"old-Customers"}}'
request DELETE "/v2/flows/$flow" 204
request GET "/v2/flows/$flow" 404

echo "All answers were as documented."
