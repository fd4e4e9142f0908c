import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Payments
import Values

/// `/admin/payments/methods`: which ways to pay there are, and which of them are on: for the whole shop, or for goods of the
/// reader's merchant.
struct MethodsDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkPaymentMethods { maker.flows.workMethods }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/payments/methods") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.post("/admin/payments/methods/:method/turn") { request, context in
      let staff = try context.visit.requireStaff()
      let method = try Self.method(context)
      let form = try await Form(body: request, context: context)
      let isOn = form["turn"] == "on"
      do {
        if let channel = form["channel"].flatMap(Channel.init(rawValue:)) {
          try await work.turn(method, on: isOn, in: channel, by: staff)
        } else {
          try await work.turn(method, on: isOn, by: staff)
        }
      } catch let refusal as PaymentAccountRefusal where refusal.kind == .conflict {
        return maker.go(Addresses.methodsDesk, saying: Flash(.bad, refusal.code))
      }
      return maker.go(Addresses.methodsDesk, saying: Flash(.good, isOn ? "methodOn" : "methodOff"))
    }
  }

  /// Throws `PaymentAccountRefusal.unknownAccount` for what is no name of a method.
  static func method(_ context: ShopRequestContext) throws -> PaymentMethod {
    guard let method = context.parameters.get("method").flatMap(PaymentMethod.init(rawValue:)) else {
      throw PaymentAccountRefusal.unknownAccount
    }
    return method
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let methods = try await work.methods(for: staff)
    let channels = try await staff.merchant == nil ? work.channels(of: methods, for: staff) : []
    let model: Model = [
      "isPlatform": staff.merchant == nil, "lacksKey": staff.merchant == nil && !work.canSeal,
      "looksReal": staff.merchant == nil && work.looksReal(methods),
      "methods": methods.map { row($0, staff, channels, words) }, "hasMethods": !methods.isEmpty,
    ]
    return try await frame.page(
      "payment-methods", title: words["desks.methods"] ?? "", desk: Addresses.methodsDesk, model, request, context)
  }

  private func row(_ seen: SeenMethod, _ staff: Staff, _ channels: [Channel], _ words: Words) -> Model {
    let isPlatform = staff.merchant == nil
    let isSettable = isPlatform && !seen.isOfStart
    let inChannels = channels.map { Self.turn(seen, in: $0, isOneOfMany: channels.count > 1, words) }
    var model: Model = [
      "code": seen.method.rawValue, "methodName": MoneyWords.method(seen.method, words),
      "what": what(seen, words), "state": Self.state(seen, words),
      "isOn": isPlatform ? seen.isOn : seen.isOnHere,
      "canTurn": seen.isSetUp && !seen.isBarred, "action": "\(Addresses.desk(of: seen.method.rawValue))/turn",
      "channels": inChannels, "canTurnChannel": seen.isSetUp, "editURL": false, "setUpURL": false,
    ]
    if isSettable { model[seen.isSetUp ? "editURL" : "setUpURL"] = Addresses.desk(of: seen.method.rawValue) }
    return model
  }

  /// One channel isn't named: it is the web shop.
  private static func turn(
    _ seen: SeenMethod, in channel: Channel, isOneOfMany: Bool, _ words: Words
  ) -> Model {
    let isIn = seen.isOn(in: channel)
    let key = isIn ? "methods.channelOff" : "methods.channelOn"
    let name = words["today.channelNames.\(channel.rawValue)"] ?? channel.rawValue
    let text = isOneOfMany ? words.phrase("\(key)Named", ["channel": name]) : words[key] ?? ""
    return ["channel": channel.rawValue, "isIn": isIn, "text": text]
  }

  /// Under which identity, and on which terms; for a merchant's staff within which bounds alone: what the platform has agreed
  /// with a provider is its own.
  private func what(_ seen: SeenMethod, _ words: Words) -> String {
    let format = Format(words.language)
    var parts: [String] = []
    if seen.account == nil { parts.append(words[seen.isOfStart ? "methods.ofStart" : "methods.notSetUp"] ?? "") }
    if seen.showsAgreement, let name = seen.account?.shownIdentity { parts.append(name) }
    guard let terms = seen.terms else { return parts.joined(separator: " · ") }
    if seen.showsAgreement, terms.feePoints > 0 || !terms.feeFixed.isZero {
      let fixed = terms.feeFixed.isZero ? "" : " + \(format.money(terms.feeFixed))"
      parts.append(words.phrase("methods.fee", ["fee": "\(BasisPoints.percentText(of: terms.feePoints)) %\(fixed)"]))
    }
    if let least = terms.least { parts.append(words.phrase("methods.from", ["amount": format.money(least)])) }
    if let most = terms.most { parts.append(words.phrase("methods.upTo", ["amount": format.money(most)])) }
    return parts.joined(separator: " · ")
  }

  /// - Parameter isOfMerchants: the platform's staff look at one merchant's goods.
  static func state(_ seen: SeenMethod, isOfMerchants: Bool = false, _ words: Words) -> Model {
    let (kind, icon, word) =
      if !seen.isSetUp {
        ("grey", "info", "notYet")
      } else if seen.account?.isReadable == false {
        ("red", "warn", "unreadable")
      } else if !seen.isOn {
        ("grey", "cross", "off")
      } else if seen.isBarred {
        ("amber", "alert", "barred")
      } else if !seen.isOnHere {
        ("grey", "cross", isOfMerchants ? "offByMerchant" : "offHere")
      } else if !seen.isOnInMainChannel {
        ("amber", "alert", "offChannel")
      } else {
        ("green", "check", "on")
      }
    return ["kind": kind, "icon": icon, "text": words["methods.states.\(word)"] ?? ""]
  }
}
