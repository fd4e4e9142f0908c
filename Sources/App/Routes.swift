import API
import Admin
import Catalog
import Content
import Events
import Flows
import Foundation
import Governance
import Hummingbird
import Inventory
import Merchants
import Orders
import Pages
import Pricing
import Reviews
import Storefront
import Values

/// Every address of the shop and what stands behind it.
struct Routes {
  /// Bytes of finished pages that are kept.
  private static let pageMemory = 24 * 1024 * 1024

  private let shop: Shop
  private let maker: PageMaker
  private let pages = PageCache<PreparedPage>(capacity: Routes.pageMemory)
  private let api: ShopAPI

  init(_ shop: Shop) throws {
    self.shop = shop
    let isSecure = shop.settings.publicURL.hasPrefix("https://")
    let frame = PageFrame(theme: shop.theme, publicURL: shop.settings.publicURL, contexts: shop.contexts)
    maker = PageMaker(
      contexts: shop.contexts, flows: shop.flows, frame: frame,
      parts: VisitorParts(frame: frame, contexts: shop.contexts, gatesProducts: shop.settings.gatesProducts),
      cookies: CookieJar(isSecure: isSecure), clock: shop.clock)
    api = ShopAPI(
      contexts: shop.contexts, flows: shop.flows, regions: shop.regions, publicURL: shop.settings.publicURL,
      tokenPerMinute: shop.settings.staff.tokenPerMinute, book: shop.answers,
      clock: shop.clock, logger: shop.logger)
  }

  func router() throws -> Router<ShopRequestContext> {
    let router = Router(context: ShopRequestContext.self, options: .autoGenerateHeadEndpoints)
    let isSecure = shop.settings.publicURL.hasPrefix("https://")
    let answers = QuickAnswers(theme: shop.theme, isSecure: isSecure, problem: api.problem)
    WatchRoutes(health: shop.vitals.health, metrics: shop.vitals.metrics).addRoutes(to: router)
    router.add(middleware: RequestWatch(shop.vitals.metrics))
    router.add(middleware: admittance(answers))
    router.add(
      middleware: VisitMiddleware(
        accounts: shop.contexts.accounts, staff: shop.contexts.staff, cookies: maker.cookies, isSecure: isSecure,
        trustsProxy: shop.settings.trustsProxy))
    router.add(middleware: VisitorCount(insight: shop.contexts.insight, clock: shop.clock))
    router.add(middleware: StorefrontErrors(maker, answers: answers, logger: shop.logger))
    router.add(middleware: AdminErrors(maker, logger: shop.logger))
    router.add(middleware: DeadlineMiddleware(limit: .seconds(shop.settings.deadlineSeconds)))
    router.add(middleware: SameOriginMiddleware())
    router.add(middleware: SwitchedRoutes(shop.switches, answers: answers))
    router.add(
      middleware: FileMiddleware(
        shop.theme.folder.appending(path: "static").path, urlBasePath: "/static",
        cacheControl: CacheControl([
          (.textCss, [.public, .maxAge(600)]), (.textJavascript, [.public, .maxAge(600)]),
          (.imageSvg, [.public, .maxAge(600)]),
        ]), logger: shop.logger))
    addStorefront(to: router)
    BackOffice(
      maker, currency: shop.settings.currency, regions: shop.regions,
      parts: shop.vitals.partsReport(of: shop.registry)
    ).addRoutes(to: router)
    api.addDocument(to: router)
    api.addRoutes(to: router)
    router.add(middleware: UnknownMethodMiddleware(router.routes.map { ($0.path.description, $0.method) }))
    keepPagesFresh()
    return router
  }

  private func admittance(_ answers: QuickAnswers) -> Admittance {
    let server = shop.settings.server
    return Admittance(
      admission: shop.vitals.admission,
      limits: RequestLimits(perClient: server.clientPerMinute, routes: server.routesPerMinute, clock: shop.clock),
      answers: answers, trustsProxy: shop.settings.trustsProxy, metrics: shop.vitals.metrics)
  }

  private func addStorefront(to router: Router<ShopRequestContext>) {
    HomePage(maker, pages: pages).addRoutes(to: router)
    ContentPages(maker, pages: pages).addRoutes(to: router)
    BrowsePage(maker, pages: pages, currency: shop.settings.currency).addRoutes(to: router)
    SuggestRoute(maker).addRoutes(to: router)
    ProductPage(maker, pages: pages, regions: shop.regions).addRoutes(to: router)
    CartPage(maker, regions: shop.regions).addRoutes(to: router)
    CheckoutPage(maker, regions: shop.regions, payWithinMinutes: shop.settings.payWithinMinutes).addRoutes(to: router)
    PaymentPages(maker).addRoutes(to: router)
    OrdersPage(maker, currency: shop.settings.currency).addRoutes(to: router)
    OrderPage(maker).addRoutes(to: router)
    RefundFormPage(maker).addRoutes(to: router)
    RefundPages(maker).addRoutes(to: router)
    LogInPages(maker).addRoutes(to: router)
    AccountPage(maker).addRoutes(to: router)
    ProfilePage(maker).addRoutes(to: router)
    AddressPages(maker, regions: shop.regions).addRoutes(to: router)
    PointsPage(maker, currency: shop.settings.currency).addRoutes(to: router)
    FavouritesPage(maker).addRoutes(to: router)
    HistoryPage(maker).addRoutes(to: router)
    MessagesPage(maker).addRoutes(to: router)
    BalancePage(maker, currency: shop.settings.currency).addRoutes(to: router)
    HelpPage(maker, contact: shop.settings.contact).addRoutes(to: router)
    DocsPage(maker, model: Once { [api] in api.docs() }).addRoutes(to: router)
    ReviewPage(maker, files: shop.files).addRoutes(to: router)
    SellPage(maker).addRoutes(to: router)
    ReviewReportPage(maker).addRoutes(to: router)
    PictureRoutes(contexts: shop.contexts, files: shop.files).addRoutes(to: router)
    SearchEnginePages(maker, catalog: shop.listedCatalog()).addRoutes(to: router)
    ProviderNoticeRoutes(payments: shop.contexts.payments).addRoutes(to: router)
    ParcelPushRoutes(fulfilment: shop.contexts.fulfilment).addRoutes(to: router)
  }

  /// Facts that make a page out of date drop it.
  private func keepPagesFresh() {
    let (pages, answers, catalog) = (pages, api.answers, shop.contexts.catalog)
    let subscription = Subscription(
      "pages.whenGoodsChanged", events: GoodsChanges.events, gathering: .init(pause: .milliseconds(20))
    ) { envelopes in
      let changes = try await GoodsChanges(envelopes, catalog: catalog)
      if changes.hasCategories {
        pages.dropAll()
        answers.dropAll()
      }
      for product in changes.products.union(changes.figures) {
        pages.drop(.product(product))
        answers.drop(.product(product))
      }
    }
    shop.bus.subscribe(shop.freshness.before(subscription))
    // Pages are kept under what stands around them, so those made before are never shown again: this frees their room.
    let whenContentChanged = Subscription(
      "pages.whenContentChanged", events: ContentChanges.events, gathering: .init(pause: .milliseconds(20))
    ) { _ in pages.dropAll() }
    shop.bus.subscribe(shop.freshness.before(whenContentChanged))
    // Their names stand on many pages, and who isn't open on none.
    let whenMerchantChanged = Subscription(
      "pages.whenMerchantChanged", events: MerchantChanges.events, gathering: .init(pause: .milliseconds(20))
    ) { _ in
      pages.dropAll()
      answers.dropAll()
    }
    shop.bus.subscribe(shop.freshness.before(whenMerchantChanged))
    shop.bus.onGap {
      pages.dropAll()
      answers.dropAll()
    }
    // Pages show or leave out what is switched.
    shop.switches.onChange { pages.dropAll() }
    shop.vitals.watch(caches: ["pages": { pages.usage }, "answers": { answers.usage }])
  }
}
