import Accounts
import Archive
import AuditLog
import Carts
import Catalog
import Content
import Events
import EventsRabbitMQ
import Files
import Flows
import Foundation
import Fulfilment
import Governance
import Imports
import Insight
import Inventory
import Jobs
import Logging
import Mail
import Merchants
import Messages
import Orders
import Pages
import Payments
import Pricing
import Refunds
import Remote
import Reviews
import Search
import Settlement
import Storage
import StorageMySQL
import Values

/// The whole shop, put together: this one function builds what serves, and what tests drive.
struct Shop: Sendable {
  let settings: Settings
  let parts: Set<Part>
  let registry: any Registry
  let elsewhere: Elsewhere
  let database: any Database
  let replicas: ReplicatedDatabase?
  let contexts: Contexts
  let flows: ShopFlows
  let regions: RegionDirectory
  let files: LocalFiles
  /// What people show to the platform alone: pictures of their licences. No address leads here.
  let papers: LocalFiles
  /// What buyers and staff show one another: pictures of requests and deliveries. No address leads here either.
  let evidence: LocalFiles
  let theme: Theme
  let feedSearch: FeedSearch
  /// Where several programs serve the API together.
  let answers: StoredAnswers?
  let bus: any EventBus
  let letters: DeadLetters
  let freshness: Freshness
  let relay: OutboxRelay
  let jobs: JobRunner
  let vitals: Vitals
  let switches: Switches
  /// What staff did.
  let log: DeedLog
  let clock: WallClock
  let ids: IDGenerator
  let logger: Logger
  /// The set-up of payment methods.
  let paymentAccounts: StoredPaymentAccounts
  /// The documents of search; `contexts.search` is what answers.
  let search: StoredSearch
  private let node: NodeLease
  private let keepers: [Task<Void, Never>]

  static let migrations: [Migration] =
    DeedLog.migrations + Outbox.migrations + JobRunner.migrations + Switches.migrations + StoredAccounts.migrations
    + StoredDeskViews.migrations + FactFeed.migrations
    + StoredMerchants.migrations
    + StoredCatalog.migrations + StoredInventory.migrations + StoredPricing.migrations + StoredCarts.migrations
    + StoredOrders.migrations + StoredPayments.migrations + StoredRefunds.migrations
    + StoredFulfilment.migrations + StoredReviews.migrations + StoredSearch.migrations
    + StoredSearchRules.migrations + StoredSearchLedger.migrations + StoredContent.migrations
    + StoredImports.migrations
    + StoredAnswers.migrations + StoredInsight.migrations + StoredSettlement.migrations + StoredMessages.migrations

  /// Opens the database, brings it to this program's schema and joins all parts. Nothing runs yet, save that the number
  /// of this process stays its own until `close`.
  /// - Parameters:
  ///   - parts: what this process does; the rest is done by others.
  ///   - registry: knows where those are.
  ///   - database: nil opens the one of the settings.
  ///   - theme: nil reads the one of the settings.
  ///   - onlyLooking: what a move has copied stays a copy then, which another move may bring up to date.
  ///   - world: who is outside of the shop.
  static func build(
    _ settings: Settings, parts: Set<Part> = Part.all, registry: any Registry = StaticRegistry(),
    clock: WallClock = .system, database: (any Database)? = nil, mailer: (any Mailer)? = nil, theme: Theme? = nil,
    onlyLooking: Bool = false, world: ShopWorld = ShopWorld(), logger: Logger
  ) async throws -> Shop {
    try settings.check(apart: parts)
    let theme = try theme ?? settings.readTheme()
    let database: any Database = if let database { database } else { try await settings.database.open() }
    let isCopy: Bool
    do {
      if onlyLooking { try await ArchiveTarget.expectWhole(database) }
      isCopy = try await onlyLooking ? false : ArchiveTarget.takeUp(database)
    } catch ArchiveFault.unfinished {
      throw settings.database.faultOfUnfinished
    }
    do {
      try await Migrator(migrations).run(on: database, now: clock.now)
    } catch StorageFault.unknownSchema(let standing) {
      throw settings.database.fault(newer: standing)
    }
    if isCopy { try await StoredSearch.renewMark(on: database) }
    // Nobody else reads what may be old.
    let replicas = parts.contains(.shop) ? settings.database.replicated(database, logger: logger) : nil
    let process = "\(ProcessInfo.processInfo.hostName)/\(ProcessInfo.processInfo.processIdentifier)"
    let node = try await NodeLease(on: database, process: process, clock: clock, logger: logger)
    let ids = IDGenerator(clock: clock, node: node.number)
    let outbox = Outbox(ids: ids, clock: clock)
    let switches = Switches(Switch.ofShop, database: database, clock: clock)
    try await switches.refresh()
    let regions = try RegionDirectory.load()
    let searchRules = StoredSearchRules(database: database, ids: ids, clock: clock)
    let outside = try settings.openSearch.engine(clock: clock, logger: logger)
    let search = StoredSearch(
      database: database, engine: outside ?? searchEngine(settings, clock: clock, logger: logger), rules: searchRules,
      clock: clock, tell: { logger.warning("\($0)") })
    let elsewhere = Elsewhere(for: parts, by: registry, settings.parts, clock: clock, logger: logger)
    let (directory, paymentAccounts) = try await paymentAccounts(
      settings, world, database: database, ids: ids, clock: clock, logger: logger)
    let finding = finding(
      elsewhere.search ?? (outside == nil ? nil : search), search, settings, database: replicas ?? database,
      rules: searchRules, clock: clock, logger: logger)
    let (contexts, freshness) = try contexts(
      settings, database: database, replicated: replicas ?? database, outbox: outbox, ids: ids, clock: clock,
      directory: directory, regions: regions, search: finding, searchRules: searchRules, elsewhere: elsewhere,
      world: world, logger: logger)

    let terms = OrderTerms(
      currency: settings.currency, payWithin: .minutes(settings.payWithinMinutes), points: settings.points.terms)
    let words = ThemeLetters(theme: theme, publicURL: settings.publicURL)
    let mailer =
      mailer
      ?? LocalMailer(
        folder: settings.mailFolder, senderName: "Martlet",
        senderAddress: settings.mailSender, clock: clock, logger: logger)
    let feed = FeedSearch(contexts)
    let whenPaymentCaptured = WhenPaymentCaptured(contexts, clock: clock, logger: logger)
    let settleRefund = SettleRefund(
      contexts, replace: ReplaceGoods(contexts, ids: ids, clock: clock), logger: logger)
    let keepBooks = KeepBooks(contexts, goodwill: settings.settlement.goodwill, logger: logger)
    let reactions = Reactions(
      contexts, whenPaymentCaptured: whenPaymentCaptured, giveBack: GiveBack(contexts, logger: logger),
      screenOrder: ScreenOrder(
        contexts, screening: settings.review.screening(upTo: settings.autoPassUpTo), clock: clock),
      whenMoneyWentBack: WhenMoneyWentBack(contexts, settleRefund: settleRefund),
      letters: WriteLetters(
        contexts, letters: words, mailer: mailer,
        terms: ReturnTerms(policy: settings.refunds.policy, confirmAfterDays: settings.confirmAfterDays), clock: clock),
      search: feed,
      furnishMerchant: FurnishMerchant(contexts, currency: settings.currency), keepBooks: keepBooks,
      points: settings.points.terms, clock: clock)
    let bus = bus(settings, database: database, ids: ids, clock: clock, logger: logger)
    let facts = FactFeed(database: database, clock: clock)
    let followFacts = FollowFacts(contexts, feed: facts)
    let subscriptions = (reactions.subscriptions + [followFacts.subscription]).map(freshness.before)
    for subscription in subscriptions where parts.follows(subscription) && !world.isDeaf(to: subscription) {
      bus.subscribe(subscription)
    }
    // Whoever shows no lists and finds no goods still keeps some of them in memory.
    if parts.isDisjoint(with: [.shop, .search]) { bus.subscribe(freshness.alone) }
    let letters = DeadLetters(database: database, bus: bus, known: subscriptions, clock: clock)
    let log = DeedLog(database: database, clock: clock)
    let files = LocalFiles(folder: settings.dataFolder.appending(path: "files"))
    let papers = LocalFiles(folder: settings.dataFolder.appending(path: "private"))
    // Beside the licences and apart from them: a picture that is equal to one of those isn't forgotten with it.
    let evidence = LocalFiles(folder: settings.dataFolder.appending(path: "private/evidence"))
    let flows = ShopFlows(
      contexts, files: files, papers: papers, evidence: evidence,
      placeOrder: PlaceOrder(contexts, regions: regions, terms: terms, ids: ids, clock: clock, logger: logger),
      reviewOrder: ReviewOrder(
        contexts, regions: regions, differenceTime: .hours(settings.review.differenceHours), ids: ids, clock: clock),
      refundOrder: RefundOrder(
        contexts, policy: settings.refunds.policy, settleRefund: settleRefund, clock: clock, logger: logger),
      workRefund: WorkRefund(contexts, settleRefund: settleRefund),
      workEvents: WorkEvents(letters, logger: logger) { try await database.read { try outbox.lag(in: $0) } },
      followFacts: followFacts, workMethods: WorkPaymentMethods(contexts, accounts: paymentAccounts), log: log,
      terms: terms, regions: regions,
      moderation: settings.moderation, gatesProducts: settings.gatesProducts, switches: switches,
      ownMethods: settings.ownMethods.terms, clock: clock)
    let work =
      Housekeeping(
        contexts, cancelOrder: flows.cancelOrder,
        settlePayments: SettlePayments(contexts, whenPaymentCaptured: whenPaymentCaptured, logger: logger),
        settleRefund: settleRefund,
        confirmDelivered: ConfirmDelivered(contexts, afterDays: settings.confirmAfterDays, logger: logger), clock: clock
      ).jobs + keepBooks.jobs
    let answers = database.isShared ? StoredAnswers(database: database, clock: clock) : nil
    let inbox = Inbox(database: database, clock: clock)
    let relay = OutboxRelay(
      database: database, outbox: outbox, bus: bus, logger: logger,
      // With a broker most events are told by other processes, whose commits wake nobody here.
      pollInterval: settings.broker == nil ? .milliseconds(500) : .milliseconds(100))
    bus.onGap {
      freshness.renewAll()
      if parts.contains(.search) { try await search.follow() }
    }
    let vitals = Vitals(settings, parts: parts, startedAt: clock.now) {
      Vitals.Backlog(
        outbox: try await database.read { try outbox.lag(in: $0) }, deadLetters: try await letters.count(),
        jobs: try await JobRunner.lastSuccesses(on: database), bills: try await contexts.reconciliation.standing())
    }
    vitals.watch(database, replicas ?? database)
    vitals.watch(outbox)
    vitals.watch(switches)
    vitals.watch(bus)
    if parts.contains(.search) { vitals.watch(search) }
    if settings.registry.etcd != nil { vitals.watch(registry) }
    vitals.watch(elsewhere)
    if let outside { vitals.watch(outside) }
    if elsewhere.payments == nil { directory.onBreaker { [breakers = vitals.breakers] in breakers.add($0) } }
    let moveEvidence = MoveEvidence(contexts, from: files, to: evidence, logger: logger)
    let tellLowStock = TellLowStock(contexts, letters: words, mailer: mailer, clock: clock)
    let jobs = JobRunner(
      database: database,
      jobs: vitals.watched(
        work
          + [
            answers.map { answers in Job("api.pruneAnswers", every: .hours(1)) { try await answers.prune() } },
            Job("events.pruneFacts", every: .hours(1)) { _ = try await facts.prune() },
            Job("events.pruneInbox", every: .hours(6)) { _ = try await inbox.prune() },
            Job("events.pruneDeadLetters", every: .hours(6)) { _ = try await letters.prune() },
            Job("events.replayLetters", every: .minutes(1)) { _ = try await letters.replayDue() },
            Job("inventory.tellLow", every: .hours(1)) { try await tellLowStock.run() },
            pictureJob(settings, contexts: contexts, files: files),
            fillJob(search, feed, contexts, logger: logger),
            Job("search.prune", every: .hours(24)) { try await search.pruneRemoved() },
            Job("catalog.runImports", every: .seconds(2), lease: .minutes(2)) { try await flows.runImports.run() },
            Job("merchants.forgetApplications", every: .hours(1)) {
              try await flows.applyToSell.forgetOld(now: clock.now)
            },
            Job("evidence.move", every: .minutes(1), lease: .minutes(5)) { try await moveEvidence.run() },
            Job("imports.prune", every: .hours(1)) { _ = try await contexts.imports.prune(limit: 100) },
          ].compactMap(\.self)) + [relayJob(settings, relay)].compactMap(\.self),
      clock: clock, holder: process, logger: logger)
    return Shop(
      settings: settings, parts: parts, registry: registry, elsewhere: elsewhere, database: database,
      replicas: replicas,
      contexts: contexts, flows: flows,
      regions: regions, files: files, papers: papers, evidence: evidence,
      theme: theme, feedSearch: feed, answers: answers, bus: bus, letters: letters, freshness: freshness,
      relay: relay, jobs: jobs, vitals: vitals, switches: switches, log: log, clock: clock, ids: ids, logger: logger,
      paymentAccounts: paymentAccounts, search: search, node: node,
      keepers: [
        Task { await node.keep(ids) }, Task { await switches.keep() },
      ])
  }

  private static func contexts(
    _ settings: Settings, database: any Database, replicated: any Database, outbox: Outbox, ids: IDGenerator,
    clock: WallClock, directory: ProviderDirectory, regions: RegionDirectory, search: any SearchService,
    searchRules: StoredSearchRules, elsewhere: Elsewhere, world: ShopWorld, logger: Logger
  ) throws -> (Contexts, Freshness) {
    let hashing = PasswordHashing(cost: settings.passwordCost)
    let merchants = StoredMerchants(database: database, outbox: outbox, ids: ids, clock: clock)
    let catalog = StoredCatalog(database: database, outbox: outbox, ids: ids, clock: clock)
    let inventory = StoredInventory(
      database: database, outbox: outbox, ids: ids, clock: clock, lowAt: settings.stockLowAt)
    let pricing = StoredPricing(database: database, outbox: outbox, clock: clock)
    let reviews = StoredReviews(
      database: database, outbox: outbox, ids: ids, clock: clock, moderates: settings.moderatesReviews)
    let content = StoredContent(database: database, outbox: outbox, ids: ids, clock: clock)
    let payments = StoredPayments(
      database: database, outbox: outbox, ids: ids, clock: clock,
      directory: directory, addresses: PaymentAddresses(publicURL: settings.publicURL),
      providerLimit: .seconds(settings.providerSeconds),
      logger: logger)
    let accounts = StoredAccounts(
      database: database, outbox: outbox, ids: ids, clock: clock, hashing: hashing, regions: regions,
      logInsPerMinute: settings.logInsPerMinute, logger: logger)
    let contexts = Contexts(
      accounts: accounts, customers: accounts,
      browsing: StoredBrowsing(database: database, clock: clock),
      staff: StoredStaff(
        database: database, ids: ids, clock: clock, hashing: hashing, policy: settings.staff.policy),
      deskViews: StoredDeskViews(database: database, ids: ids),
      merchants: merchants, catalog: catalog, inventory: inventory, stockroom: inventory, pricing: pricing,
      coupons: StoredCoupons(database: database, ids: ids, clock: clock),
      points: StoredPoints(database: database, ids: ids, clock: clock),
      carts: StoredCarts(database: database, ids: ids, clock: clock),
      orders: StoredOrders(database: database, outbox: outbox, ids: ids, clock: clock),
      payments: elsewhere.payments ?? payments, reconciliation: payments,
      refunds: StoredRefunds(
        database: database, outbox: outbox, ids: ids, clock: clock, policy: settings.refunds.policy),
      fulfilment: StoredFulfilment(
        database: database, outbox: outbox, ids: ids, clock: clock,
        tracker: try settings.tracking.tracker(settings, world.trackers),
        addresses: TrackingAddresses(publicURL: settings.publicURL), logger: logger),
      reviews: reviews,
      search: search,
      searchRules: searchRules, searchLedger: StoredSearchLedger(database: database, clock: clock), content: content,
      shelves: catalog, imports: StoredImports(database: database, ids: ids, clock: clock),
      insight: StoredInsight(database: database, clock: clock, currency: settings.currency),
      settlement: StoredSettlement(
        database: database, ids: ids, clock: clock, policy: settings.settlement.policy),
      messages: StoredMessages(database: database, ids: ids, clock: clock))
    let freshness = Freshness(
      catalog: catalog, inventory: inventory, pricing: pricing, merchants: merchants, reviews: reviews,
      content: content)
    return (contexts, freshness)
  }

  private static func pictureJob(_ settings: Settings, contexts: Contexts, files: LocalFiles) -> Job? {
    guard settings.fetchesPictures else { return nil }
    let fetch = FetchPictures(catalog: contexts.catalog, fetcher: PublicPictureFetcher()) { bytes, fileExtension in
      try await files.put(bytes, fileExtension: fileExtension)
    }
    return Job("catalog.fetchPictures", every: .minutes(1), lease: .minutes(5)) { _ = try await fetch.run() }
  }

  private static func bus(
    _ settings: Settings, database: any Database, ids: IDGenerator, clock: WallClock, logger: Logger
  ) -> any EventBus {
    guard let address = settings.broker else { return InProcessBus(database: database, clock: clock, logger: logger) }
    return RabbitMQBus(
      address, lanes: Lanes(database: database, clock: clock, logger: logger), ids: ids, logger: logger)
  }

  /// How long one that can't reach the broker keeps the others from trying.
  static let relayPatience = Duration.seconds(10)

  /// Of the processes that share a broker and a database, one at a time relays. When it dies another takes over within
  /// the lease and a second, and when it can't reach the broker it makes room.
  private static func relayJob(_ settings: Settings, _ relay: OutboxRelay) -> Job? {
    guard settings.broker != nil else { return nil }
    return Job("events.relay", every: .seconds(1), lease: .seconds(5)) {
      try await relay.run(givingUpAfter: relayPatience)
    }
  }

  /// Opens the search index and brings it up to date; must come before the first page.
  func load() async throws {
    if parts.contains(.search) { try await search.load() }
    await elsewhere.search?.refreshRevision()
  }

  /// Relays events until the task is cancelled, where no job does.
  func relayAlone() async { if settings.broker == nil { await relay.run() } }

  /// Gives back what only this process may have, and closes the database.
  func close() async throws {
    await bus.close()
    elsewhere.close()
    for keeper in keepers { keeper.cancel() }
    try await search.close()
    await node.release()
    try await replicas?.close()
    try await database.close()
  }

  /// Everything in the books that disagrees.
  func audit() async throws -> [Discrepancy] {
    try await contexts.inventory.audit() + contexts.orders.audit() + contexts.payments.audit()
      + contexts.refunds.audit() + contexts.fulfilment.audit() + contexts.reviews.audit()
      + contexts.insight.audit() + contexts.coupons.audit() + contexts.points.audit()
      + contexts.settlement.audit() + AuditBooks(contexts, clock: clock).run()
      + AuditDiscounts(contexts, clock: clock).run() + AuditSettlement(contexts, clock: clock).run()
      + AuditFigures(contexts, clock: clock).run() + waitingLetters() + brokenLog()
  }

  private func brokenLog() async throws -> [Discrepancy] {
    let report = try await log.verify()
    guard let fault = report.fault else { return [] }
    return [
      Discrepancy(
        book: "log", row: "after \(report.sound.number)", expected: "each entry follows from the one before",
        found: "\(fault)")
    ]
  }

  /// A fact that a reaction couldn't follow leaves books that are right and a shop that isn't.
  private func waitingLetters() async throws -> [Discrepancy] {
    guard let first = try await letters.letters(PageRequest(limit: 1)).items.first else { return [] }
    return [
      Discrepancy(
        book: "events", row: "\(first.envelope.id) for \(first.subscriber)", expected: "every fact followed",
        found: "\(try await letters.count()) letters wait (martlet events)")
    ]
  }
}
