#pragma once

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/// Logs in by name and password; apart, because Swift can't call functions with a variable number of arguments. Asks the
/// broker to say when it cancels a consumer, which it else does in silence.
static inline amqp_rpc_reply_t martlet_amqp_login(
    amqp_connection_state_t state, const char *vhost, int heartbeatSeconds, const char *user, const char *password) {
  amqp_table_entry_t able = {.key = amqp_cstring_bytes("consumer_cancel_notify")};
  able.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  able.value.value.boolean = 1;
  amqp_table_entry_t properties[] = {
      {.key = amqp_cstring_bytes("connection_name")}, {.key = amqp_cstring_bytes("capabilities")}};
  properties[0].value.kind = AMQP_FIELD_KIND_UTF8;
  properties[0].value.value.bytes = amqp_cstring_bytes("martlet");
  properties[1].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[1].value.value.table.num_entries = 1;
  properties[1].value.value.table.entries = &able;
  amqp_table_t all = {.num_entries = 2, .entries = properties};
  return amqp_login_with_properties(
      state, vhost, AMQP_DEFAULT_MAX_CHANNELS, AMQP_DEFAULT_FRAME_SIZE, heartbeatSeconds, &all,
      AMQP_SASL_METHOD_PLAIN, user, password);
}
