import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// Where a visitor's goods go, for the pages that speak of freight before an address is chosen: all of them name the same
/// province, and so the same figures.
struct DeliveryPlace: Sendable {
  /// Where goods go unless someone says otherwise.
  static let usual: RegionCode = {
    guard let shanghai = RegionCode(rawValue: "310000") else { preconditionFailure("six digits") }
    return shanghai
  }()
  private static let yearSeconds = 31_536_000

  let accounts: any AccountService
  let cookies: CookieJar
  let regions: RegionDirectory

  init(_ maker: PageMaker, regions: RegionDirectory) {
    accounts = maker.contexts.accounts
    cookies = maker.cookies
    self.regions = regions
  }

  /// The province chosen last, else that of the account's default address, else the shop's usual one, which also stands
  /// in while addresses can't be read.
  func province(of visit: Visit, _ request: Request) async throws -> RegionCode {
    if let chosen = province(CookieJar.values(in: request.headers)[.province]) { return chosen }
    guard let account = visit.account else { return Self.usual }
    do {
      let address = try await accounts.addresses(of: account.id).first(where: \.isDefault)
      return province(address?.region.rawValue) ?? Self.usual
    } catch let fault as any PassingFault where fault.mayPass {
      return Self.usual
    }
  }

  /// The province of a region that there is.
  func province(_ text: String?) -> RegionCode? {
    guard let code = text.flatMap(RegionCode.init(rawValue:)), regions.region(code) != nil else { return nil }
    return RegionCode(rawValue: code.province + "0000") ?? code
  }

  /// Keeps what the visitor has chosen for the pages to come.
  func remember(_ province: RegionCode, in response: inout Response) {
    let cookie = cookies.header(.province, province.rawValue, lifetimeSeconds: Self.yearSeconds)
    response.headers.append(HTTPField(name: .setCookie, value: cookie))
  }
}

/// What pages say of sending goods to a place. Each sentence names it, since another place has other figures.
struct FreightWords {
  let words: Words
  let place: String

  private var format: Format { Format(words.language) }

  /// Such as `Freight to Shanghai ¥6.00`.
  func fee(_ fee: Money) -> String {
    fee.isZero
      ? words.phrase("delivery.free", ["region": place])
      : words.phrase("delivery.cost", ["region": place, "amount": format.money(fee)])
  }

  /// Such as `Free delivery to Shanghai from ¥59.00`.
  func freeFrom(_ amount: Money) -> String {
    words.phrase("delivery.freeTo", ["region": place, "amount": format.money(amount)])
  }

  /// The name of the row in a sum.
  var row: String { words.phrase("cart.freightTo", ["region": place]) }
  var notDelivered: String { words.phrase("delivery.none", ["region": place]) }
}
