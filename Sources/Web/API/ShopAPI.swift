import Accounts
import Flows
import Governance
import HTTPTypes
import Hummingbird
import Logging
import Pages
import Values

/// The JSON API under `/api/v1`: all that a shopper can do, and below `/admin` what staff do by programs.
public struct ShopAPI: Sendable {
  public static let root = "/api/v1"
  /// Bytes of finished answers that are kept.
  private static let memory = 16 << 20

  /// Finished answers for everyone. Whoever hears that a product or the lists have changed drops their topic here.
  public let answers = AnswerCache(capacity: ShopAPI.memory)

  private let endpoints: [Endpoint]
  private let document: Endpoint
  private let runner: EndpointRunner
  private let publicURL: String

  /// - Parameters:
  ///   - publicURL: how the shop is reached from outside, without a slash at the end.
  ///   - tokenPerMinute: requests in a minute that one token of staff may make, a tenth of them at once; 0 sets no limit.
  ///   - book: what all programs that serve the API share; nil where there is one.
  public init(
    contexts: Contexts, flows: ShopFlows, regions: RegionDirectory, publicURL: String, tokenPerMinute: Int = 0,
    book: (any AnswerBook)? = nil, clock: WallClock, logger: Logger
  ) {
    self.publicURL = publicURL
    let parts = APIParts(
      contexts: contexts, flows: flows, regions: regions, publicURL: publicURL, answers: answers, clock: clock)
    let working = Self.working(parts)
    document = OpenAPIDocument(working.map(\.description), publicURL: publicURL).endpoint
    endpoints = working + [document]
    runner = EndpointRunner(
      accounts: contexts.accounts, staff: contexts.staff,
      tokenLimit: tokenPerMinute == 0
        ? nil : RateLimit(burst: max(1, tokenPerMinute / 10), perMinute: tokenPerMinute, clock: clock),
      answers: book ?? Idempotency(clock: clock), publicURL: publicURL, logger: logger)
  }

  /// Registers every endpoint. Also adds the middleware that answers for everything else below `/api`, which other
  /// requests pass at the cost of one comparison.
  public func addRoutes(to router: Router<ShopRequestContext>) {
    router.add(middleware: APIBoundary(runner: runner))
    for endpoint in endpoints {
      router.on(RouterPath(endpoint.description.fullPath), method: endpoint.description.method) {
        [runner] request, context in
        await runner.respond(endpoint, request, context)
      }
    }
  }

  /// How the API says no to a request that no endpoint has seen.
  public func problem(_ refusal: any Refusal) -> Response {
    APIBoundary.leaving(Problem(refusal).answer(publicURL: publicURL).response)
  }

  /// `/openapi.json`: the document where programs look for it first.
  public func addDocument(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/openapi.json") { [runner, document] request, context in
      await runner.respond(document, request, context)
    }
  }

  /// Everything that the API offers, in the order of the docs.
  public var descriptions: [APIDescription] { endpoints.map(\.description) }

  private static func working(_ parts: APIParts) -> [Endpoint] {
    let shoppers: [Endpoint] =
      CatalogueEndpoints(parts).all + SuggestionEndpoints(parts).all + ShelfEndpoints(parts).all
      + CartEndpoints(parts).all + DiscountEndpoints(parts).all
      + CheckoutEndpoints(parts).all + OrderEndpoints(parts).all + RefundEndpoints(parts).all
      + AccountEndpoints(parts).all + AddressEndpoints(parts).all + BrowsingEndpoints(parts).all
      + MessageEndpoints(parts).all
    let orders: [Endpoint] =
      StaffOrderEndpoints(parts).all + StaffParcelEndpoints(parts).all + StaffRefundEndpoints(parts).all
    let goods: [Endpoint] =
      StaffProductEndpoints(parts).all + StaffStockEndpoints(parts).all + StaffEntryEndpoints(parts).all
      + StaffCouponEndpoints(parts).all + StaffSearchEndpoints(parts).all
      + StaffBannerEndpoints(parts).all + StaffPreviewEndpoints(parts).all
    let people: [Endpoint] =
      StaffReviewEndpoints(parts).all + StaffCustomerEndpoints(parts).all + StaffTransactionEndpoints(parts).all
      + StaffPeopleEndpoints(parts).all + StaffFactEndpoints(parts).all
    let money: [Endpoint] =
      StaffPaymentMethodEndpoints(parts).all + StaffPaymentEndpoints(parts).all + StaffSettlementEndpoints(parts).all
      + StaffReconciliationEndpoints(parts).all
    let shelves: [Endpoint] =
      StaffCategoryEndpoints(parts).all + StaffBrandEndpoints(parts).all + StaffImportEndpoints(parts).all
    let stock: [Endpoint] =
      StaffFreightEndpoints(parts).all + StaffStockroomEndpoints(parts).all + StaffCountEndpoints(parts).all
    let desks: [Endpoint] =
      StaffMerchantEndpoints(parts).all + StaffApplicationEndpoints(parts).all + StaffShopProfileEndpoints(parts).all
      + StaffTodayEndpoints(parts).all + StaffMessageEndpoints(parts).all
    return shoppers + orders + money + goods + shelves + stock + people + desks
  }
}

/// What endpoints are made of.
struct APIParts: Sendable {
  let contexts: Contexts
  let flows: ShopFlows
  let regions: RegionDirectory
  let publicURL: String
  let answers: AnswerCache
  let clock: WallClock
}

/// Keeps finished answers by product, or by the state of the lists.
public struct AnswerCache: Sendable {
  public typealias Topic = PageCache<KeptAnswer>.Topic

  public struct KeptAnswer: Sendable { let answer: Answer }

  private let cache: PageCache<KeptAnswer>

  init(capacity: Int) { cache = PageCache(capacity: capacity) }

  public var usage: CacheUsage { cache.usage }
  public func drop(_ topic: Topic) { cache.drop(topic) }
  public func dropAll() { cache.dropAll() }

  func answer(_ key: String, topic: Topic, make: () async throws -> Answer) async throws -> Answer {
    if let kept = cache.cached(key) { return kept.answer }
    return try await cache.item(key, topic: topic, size: \.answer.size) { KeptAnswer(answer: try await make()) }.answer
  }
}
