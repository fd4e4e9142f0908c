import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Registration, sessions, profile and password.
struct AccountEndpoints: Sendable {
  private struct NewAccount: Decodable {
    let email: String
    let password: String
    let name: String
    let language: Language?
  }

  private struct NewSession: Decodable {
    let email: String
    let password: String
  }

  private struct ProfileChange: Decodable {
    let name: String?
    let phone: String?
    let language: Language?
  }

  private struct PasswordChange: Decodable {
    let current: String
    let new: String
  }

  private struct ResetRequest: Decodable {
    let email: String
  }

  private struct NewPassword: Decodable {
    let password: String
  }

  private let parts: APIParts
  private var accounts: any AccountService { parts.contexts.accounts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [register, logIn, logOut, account, revise, changePassword, askReset, reset] }

  private var register: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/accounts", .account,
        "Registers and logs in. What the device had in its cart and history becomes the account's",
        answers: .created, with: "Session"
      ).taking("NewAccount").noting().refusing("emailTaken", "invalidInput", "tooManyAttempts")
    ) { call in
      let body: NewAccount = try call.decoded()
      let session = try await parts.flows.enterShop.register(
        Registration(
          email: body.email, password: body.password, name: body.name, language: body.language ?? call.visit.language),
        device: call.visit.device, client: call.visit.client)
      return try Answer(status: .created, SessionAnswer(session)).located(at: "/account")
    }
  }

  private var logIn: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/sessions", .account, "Logs in; the token goes into `Authorization: Bearer`", answers: .created,
        with: "Session"
      ).taking("NewSession").noting().refusing("wrongCredentials", "tooManyAttempts", "accountBlocked")
    ) { call in
      let body: NewSession = try call.decoded()
      let session = try await parts.flows.enterShop.logIn(
        email: body.email, password: body.password, device: call.visit.device, client: call.visit.client)
      return try Answer(status: .created, SessionAnswer(session))
    }
  }

  private var logOut: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/sessions/current", .account, "Logs out", access: .account, answers: .noContent)
    ) { call in
      if let token = call.visit.sessionToken { try await accounts.logOut(token) }
      return .noContent
    }
  }

  private var account: Endpoint {
    Endpoint(APIDescription(.get, "/account", .account, "The account", access: .account, with: "Account")) { call in
      try Answer(AccountAnswer(try call.account()))
    }
  }

  private var revise: Endpoint {
    Endpoint(
      APIDescription(
        .patch, "/account", .account, "Changes what is sent of the profile", access: .account, with: "Account"
      ).taking("ProfileChange").refusing("invalidInput")
    ) { call in
      let body: ProfileChange = try call.decoded()
      let account = try call.account()
      var profile = account.profile
      if let name = body.name { profile.name = name }
      if let phone = body.phone { profile.phone = phone }
      if let language = body.language { profile.language = language }
      return try Answer(AccountAnswer(try await accounts.reviseProfile(of: account.id, profile)))
    }
  }

  private var changePassword: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/account/password", .account, "Sets a new password; all other sessions end", access: .account,
        answers: .noContent
      ).taking("PasswordChange").refusing("wrongCredentials", "invalidInput")
    ) { call in
      let body: PasswordChange = try call.decoded()
      guard let token = call.visit.sessionToken else { throw SignInRefusal.notLoggedIn }
      do {
        try await accounts.changePassword(
          of: try call.account().id, current: body.current, new: body.new, keeping: token)
      } catch let faults as FieldFaults {
        // The body calls it otherwise than the contract does.
        throw FieldFaults(faults.faults.map { .init(field: "new", code: $0.code, details: $0.details) })
      }
      return .noContent
    }
  }

  private var askReset: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/password-resets", .account,
        "Sends a letter with the way to a new password, if someone has the address; the answer is always the same",
        answers: .accepted
      ).taking("PasswordResetRequest").refusing("tooManyAttempts")
    ) { call in
      let body: ResetRequest = try call.decoded()
      try await accounts.askPasswordReset(email: body.email, client: call.visit.client)
      return Answer(status: .accepted, body: ByteBuffer())
    }
  }

  private var reset: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/password-resets/{token}", .account,
        "Sets a new password with the token of the letter; all sessions end",
        answers: .noContent
      ).taking("NewPassword").refusing("resetExpired", "invalidInput")
    ) { call in
      let body: NewPassword = try call.decoded()
      try await accounts.resetPassword(token: call.parameter("token"), newPassword: body.password)
      return .noContent
    }
  }
}
