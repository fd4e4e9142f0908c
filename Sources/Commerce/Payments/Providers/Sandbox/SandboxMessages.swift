import Values

/// What goes over the wire to the sandbox and back; amounts in minor units, times in milliseconds.
struct SandboxOpening: Encodable {
  let number: String
  let amount: Int64
  let currency: String
  let subject: String
  let language: String
  let expiresAt: Int64
  let returnURL: String
  let noticeURL: String
}

struct SandboxPaymentMessage: Decodable {
  let number: String
  let providerNumber: String
  let merchant: String
  let amount: Int64
  let currency: Currency
  let state: String
  let at: Int64
  let cashierURL: String?
}

struct SandboxRefunding: Encodable {
  let payment: String
  let number: String
  let amount: Int64
  let currency: String
  let reason: String
}

struct SandboxRefundMessage: Decodable {
  let number: String
  let amount: Int64
  let currency: Currency
  let state: String
}

struct SandboxStatementMessage: Decodable {
  struct Row: Decodable {
    let kind: String
    let number: String
    let providerNumber: String
    let amount: Int64
    let fee: Int64
    let currency: Currency
    let at: Int64
  }

  let rows: [Row]
}

struct SandboxErrorMessage: Decodable {
  let code: String
}
