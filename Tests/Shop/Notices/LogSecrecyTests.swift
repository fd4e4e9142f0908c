import Foundation
import NIOHTTP1
import TestKit
import Testing
import Values

@testable import App

/// What a shop and the payment platform beside it write to their logs, as talkative as they can be, while people log in, pay,
/// take money back and lie.
@Suite(.serialized) struct LogSecrecyTests {
  private static let email = "mei-of-the-logs@example.com"
  private static let password = "tr0ubadour-and-nobody-else"
  private static let guess = "wr0ng-guess-of-a-password"
  private static let phone = "13912345678"
  private static let sandboxSecret = "the-secret-that-both-sides-share-here"
  private static let controlKey = "whoever-has-this-plays-the-buyer"
  private static let forged = String(repeating: "0a", count: 32)

  // req: 4.1.4-2
  @Test func `no log of a shop at work has a secret, a key, a whole phone or a session in it`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-logs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let keys = try ExampleKeys.read()
    let (port, sandboxPort) = (try freePort(), try freePort())
    let (base, sandbox) = ("http://127.0.0.1:\(port)", "http://127.0.0.1:\(sandboxPort)")
    let ring = folder.appending(path: "ring.json")
    try ExampleAccounts.ofSandbox(keys, stripeNotices: "\(base)/payments/notices/stripe").write(to: ring)
    let storage = try await TestStorage.arguments()
    let settings =
      storage.arguments + Self.secretSettings + [
        "--home-folder", packageFolder.path, "--data-folder", folder.path, "--http-port", "\(port)",
        "--sandbox-port", "\(sandboxPort)", "--sandbox-keys", ring.path,
      ]
    let demo = try await martlet(["demo", "--catalogue-only"] + settings)
    #expect(demo.status == 0, "\(demo.errors)")
    let hired = try await martlet(["hire-staff", Self.email, "--name", "Mei"] + settings, input: Self.password + "\n")
    #expect(hired.status == 0, "\(hired.errors)")
    try Data((demo.errors + hired.errors + hired.output).utf8).write(to: folder.appending(path: "commands.log"))

    let logs = [folder.appending(path: "sandbox.log"), folder.appending(path: "shop.log")]
    let work = Work(base: base, accounts: ExampleAccounts(keys: keys, sandbox: sandbox))
    let sessions: [String] = try await Self.running(["sandbox"] + settings, logs[0]) {
      try await eventually("the sandbox is up", within: .seconds(120)) { LoopbackPort.isAnswered(sandboxPort) }
      return try await Self.running(["serve"] + settings, logs[1]) { try await work.happen() }
    }
    await storage.remove()

    let shop = try String(contentsOf: logs[1], encoding: .utf8)
    // It did say what happened.
    for words in ["notice taken", "notice not believed", "Martlet serves"] { #expect(shop.contains(words), "\(words)") }
    try await Self.expectNothing(
      of: sessions, work.accounts, in: logs + [folder.appending(path: "commands.log")])
  }

  private static let secretSettings = [
    "--sandbox-secret", sandboxSecret, "--sandbox-control-key", controlKey, "--payments-seal-key", TestShop.sealKey,
    "--sandbox-time-factor", "1000", "--accounts-password-cost", "10", "--catalog-fetches-pictures", "false",
    "--log-level", "trace",
  ]

  private static func expectNothing(of sessions: [String], _ accounts: ExampleAccounts, in logs: [URL]) async throws {
    var never = sessions + [password, guess, sandboxSecret, controlKey, TestShop.sealKey, forged]
    for method in ["alipay", "wechat", "stripe"] {
      never += try accounts.secrets(of: method).values.flatMap { $0.split(separator: "\n").map(String.init) }
    }
    let look = try Process.named(
      "python3", [packageFolder.appending(path: "bin/check-secrecy").path] + logs.map(\.path))
    let outcome = try await look.outcome(input: never.joined(separator: "\n"))
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test func `who looks through the logs finds what must not be there, and doesn't say it again`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-look-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.log")
    let secrets = [
      Self.phone, "sk_live_ABCDEFGHIJ0123456789", "v1=\(Self.forged)", "-----BEGIN PRIVATE KEY-----",
      "martlet_session=abcdef", "Bearer abcdefghijklmnopqrst", "mysql://shop:open@127.0.0.1/shop", Self.guess,
      "pi_1ABC_secret_DEF",
    ]
    for (text, isFound) in secrets.map({ ($0, true) }) + [("paid pay_0abc at 1768443630000, 138****8000", false)] {
      try Data("info: all is well\nwarning: \(text) was there\n".utf8).write(to: file)
      let look = try Process.named(
        "python3", [packageFolder.appending(path: "bin/check-secrecy").path, file.path])
      let outcome = try await look.outcome(input: Self.guess)
      #expect(outcome.status == (isFound ? 1 : 0), "\(text)")
      #expect(outcome.output.contains("a.log:2:") == isFound && !outcome.output.contains(text), "\(text)")
    }
  }

  /// Runs the program with its log in a file for as long as the body takes.
  private static func running<Value>(
    _ arguments: [String], _ log: URL, _ body: () async throws -> Value
  ) async throws -> Value {
    try Data().write(to: log)
    let file = try FileHandle(forWritingTo: log)
    let program = Process.martlet(arguments)
    program.standardOutput = file
    program.standardError = file
    let ending = try program.start()
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
    if program.isRunning { program.terminate() }
    _ = await ending.status
    try file.close()
    return try outcome.get()
  }

  /// A day at the shop.
  private struct Work {
    let base: String
    let accounts: ExampleAccounts

    private func browser() -> Browser { Browser(base: base, http: TestShop.client, language: .en) }

    /// Answers what opened the sessions.
    func happen() async throws -> [String] {
      let program = Program(base: base, http: TestShop.client)
      try await program.waitUntilUp()
      var sessions = try await setUp()
      let email = "lin-of-the-logs@example.com"
      let token = try await program.send(
        "POST", "/api/v1/accounts",
        json: #"{"email":"\#(email)","password":"\#(password)","name":"Lin","language":"en"}"#
      ).value("token")
      sessions.append(token)
      let buyer = browser()
      for typed in [guess, password] {
        _ = try await buyer.post("/login", [("email", email), ("password", typed)])
      }
      sessions.append(try #require(buyer.cookie("martlet_session")))
      for method in ["alipay", "wechat", "stripe"] {
        let number = try await order(program, token)
        try await pay(number, by: method, program, token, buyer)
        try await takeBack(number, buyer)
      }
      try await lie()
      return sessions
    }

    private func setUp() async throws -> [String] {
      let staff = browser()
      for typed in [guess, password] {
        _ = try await staff.post("/admin/login", [("email", email), ("password", typed)])
      }
      let session = try #require(staff.cookie("martlet_staff"))
      for method in ["alipay", "wechat", "stripe"] {
        let typed = try accounts.fields(of: method).merging(try accounts.secrets(of: method)) { field, _ in field }
        let form =
          typed.map { ($0.key, $0.value) } + [("isOn", "1"), ("feePercent", "0"), ("feeFixed", "0"), ("version", "")]
        let desk = "/admin/payments/methods/\(method)"
        let saved = try await staff.post(desk, form)
        #expect(saved.status == 303, "\(method): \(saved.status)")
        #expect(try await staff.post("\(desk)/trial").status == 200)
        #expect(try await staff.post(desk, [("secretKey", "sk_live_\(guess)")]).status != 303)
      }
      return [session]
    }

    private func order(_ program: Program, _ token: String) async throws -> String {
      let address = try await program.send(
        "POST", "/api/v1/account/addresses", token: token,
        json: #"{"recipient":"Lin","phone":"\#(phone)","region":"310115","street":"1 Century Avenue"}"#
      ).value("id")
      let product = try #require(try await program.products(1).first)
      let variant = try await program.variant(of: product)
      let version = try await program.send(
        "POST", "/api/v1/cart/lines", token: token, json: #"{"variant":"\#(variant)","quantity":1}"#
      ).value("version")
      let body = #"{"cartVersion":\#(version),"address":"\#(address)","note":"Call \#(phone)"}"#
      return try #require(try await program.placeOrder(Program.Buyer(token: token, body: body)))
    }

    private func pay(
      _ number: String, by method: String, _ program: Program, _ token: String, _ buyer: Browser
    ) async throws {
      let way = method == "wechat" ? "code" : "page"
      let opened = try await program.send(
        "POST", "/api/v1/orders/\(number)/payments", token: token, json: #"{"method":"\#(method)","way":"\#(way)"}"#)
      try #require(opened.status == 201, "\(method)")
      let cashier = try await cashier(of: opened, at: method, buyer)
      let back = try #require(try await buyer.post(cashier + "/pay").location)
      // Whoever read a code stays at the till.
      if method != "wechat" { _ = try await buyer.get(back) }
      try await eventually("the order is paid at \(method)") {
        try await program.send("GET", "/api/v1/orders/\(number)", token: token).value("order", "state")
          == "awaitingReview"
      }
    }

    /// Stripe's page is the till itself, the others' lead there.
    private func cashier(of opened: Program.Answer, at method: String, _ buyer: Browser) async throws -> String {
      if method == "stripe" { return try opened.value("handover", "url") }
      var address = try opened.value("handover", method == "wechat" ? "text" : "url")
      address = address.replacing("weixin://", with: "\(accounts.sandbox)/")
      let answer = try await buyer.get(address)
      return try #require(answer.location)
    }

    private func takeBack(_ number: String, _ buyer: Browser) async throws {
      let path = "/orders/\(number)/refund"
      let form = try await buyer.get(path).body
      let units = try #require(form.firstMatch(of: /name="(units\.[^"]+)"/)).1
      let asked = try await buyer.review(
        path,
        [
          ("kind", "moneyOnly"), ("reason", "changedMind"), ("explanation", "Call \(phone)"),
          (String(units), "1"),
        ], pictures: [])
      #expect(asked.status == 303)
      let page = try await buyer.get("/orders/\(number)").body
      #expect(page.contains("/refunds/"))
    }

    /// Notices that nobody signed, with what mustn't be seen in them.
    private func lie() async throws {
      let person = #""client_secret":"pi_1_secret_HIDDENHIDDEN","phone":"\#(phone)","openid":"oOPENID0123456789""#
      let json = #"{"type":"payment_intent.succeeded","livemode":false,"created":1,"data":{"object":{\#(person)}}}"#
      let now = Int(Date().timeIntervalSince1970)
      let told: [(String, String, [String: String])] = [
        ("stripe", json, ["stripe-signature": "t=\(now),v1=\(forged)"]),
        (
          "wechat", json,
          [
            "wechatpay-timestamp": "\(now)", "wechatpay-nonce": "n", "wechatpay-signature": forged,
            "wechatpay-serial": "PUB_KEY_ID_0000000000000024101100397200000006",
          ]
        ),
        ("alipay", "sign=\(forged)&sign_type=RSA2&buyer_logon_id=\(phone)&out_trade_no=\(phone)", [:]),
        ("sandbox", json, ["sandbox-time": "\(now)", "sandbox-signature": forged]),
      ]
      for (method, body, headers) in told {
        _ = try await browser().send(
          .POST, "/payments/notices/\(method)?phone=\(phone)&token=\(forged)", json: body, headers: headers)
      }
      for path in ["/search?q=\(phone)", "/orders/\(phone)", "/nothing/\(forged)"] { _ = try await browser().get(path) }
    }

    private var email: String { LogSecrecyTests.email }
    private var password: String { LogSecrecyTests.password }
    private var guess: String { LogSecrecyTests.guess }
    private var phone: String { LogSecrecyTests.phone }
    private var forged: String { LogSecrecyTests.forged }
  }
}
