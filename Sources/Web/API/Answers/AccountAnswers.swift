import Accounts
import Values

struct AccountAnswer: Encodable, Sendable {
  let id: String
  let email: String
  let name: String
  let phone: String
  let language: String
  let registeredAt: String

  init(_ account: Account) {
    id = account.id.description
    email = account.email
    name = account.profile.name
    phone = account.profile.phone
    language = account.profile.language.rawValue
    registeredAt = account.registeredAt.description
  }
}

struct SessionAnswer: Encodable, Sendable {
  let token: String
  let expiresAt: String
  let account: AccountAnswer

  init(_ session: Session) {
    token = session.token.rawValue
    expiresAt = session.expiresAt.description
    account = AccountAnswer(session.account)
  }
}

struct HistoryAnswer: Encodable, Sendable {
  let views: [CardAnswer]
  let searches: [String]
}
