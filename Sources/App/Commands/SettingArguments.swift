import ArgumentParser
import Values

/// Refuses what names no setting: a slip of the keyboard would else go unnoticed, and the command do something else.
enum SettingArguments {
  /// Every key that `Settings` reads; the same as in docs/settings.md.
  static let keys = [
    "home.folder", "data.folder", "database.url", "database.password", "database.replicas", "database.connections",
    "database.statementSeconds", "move.from", "move.to", "http.host", "http.port", "http.publicURL", "http.trustsProxy",
    "http.deadlineSeconds", "tls.certificate", "tls.key", "theme.name", "search.folder",
    "shop.currency", "shop.contact", "shop.isProduction", "payments.sealKey", "payments.formerSealKey", "mail.sender",
    "orders.payWithinMinutes", "orders.autoPassUpTo",
    "review.newAccountHours", "stock.lowAt",
    "review.oddQuantity", "review.failedPayments", "review.holdsNewPlaces", "review.differenceHours",
    "orders.confirmAfterDays", "payments.cash", "payments.transferHolder", "payments.transferBank",
    "payments.transferAccount", "payments.transferDays", "payments.cashMost", "payments.transferMost",
    "provider.seconds", "refunds.mindDays", "refunds.faultDays", "refunds.approval", "points.earned",
    "points.perUnit", "points.mostPercent",
    "settlement.rhythm", "settlement.holdBackDays", "settlement.takesFreight", "settlement.merchantBearsFees",
    "settlement.needsFourEyes", "settlement.goodwill",
    "reviews.moderates", "catalog.gatesProducts", "catalog.moderates",
    "catalog.fetchesPictures", "accounts.passwordCost", "accounts.logInsPerMinute", "staff.requireSecondFactor",
    "staff.sealingKey", "staff.tokenPerMinute", "events.broker", "registry.etcd",
    "registry.parts", "registry.authority", "registry.certificate", "registry.key",
    "search.engine", "search.openSearch.url", "search.openSearch.index", "search.openSearch.user",
    "search.openSearch.passwordFile", "search.openSearch.caFile", "search.openSearch.timeoutMilliseconds",
    "search.openSearch.shards", "search.openSearch.replicas", "parts.host", "parts.port",
    "parts.secret", "parts.certificate", "parts.key", "parts.authority",
    "parts.allowsPlaintext", "parts.patience", "parts.callsAtOnce", "log.level", "log.format",
    "server.requestsAtOnce", "server.longestWaitMilliseconds", "server.clientPerMinute", "server.routesPerMinute",
    "server.drainSeconds", "sandbox.isOffered",
    "sandbox.host", "sandbox.port", "sandbox.url", "sandbox.merchant", "sandbox.secret", "sandbox.timeFactor",
    "sandbox.controlKey", "sandbox.authorities", "sandbox.keys", "tracking.url", "tracking.customer", "tracking.key",
  ]

  /// `--http-public-url` for `http.publicURL`.
  static func name(of key: String) -> String {
    var name = "--"
    var last: Character = "."
    for character in key {
      if character == "." {
        name += "-"
      } else {
        if character.isUppercase, last.isLowercase { name += "-" }
        name += character.lowercased()
      }
      last = character
    }
    return name
  }

  /// Throws `ValidationError`, which shows how the command is used.
  static func check(_ arguments: [String]) throws {
    let known = Set(keys.map(name(of:)))
    var mayBeValue = false
    for argument in arguments {
      if argument.hasPrefix("--") {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard known.contains(parts.first.map(String.init) ?? "") else {
          throw ValidationError("There is no option or setting '\(argument)'")
        }
        mayBeValue = parts.count == 1
      } else {
        guard mayBeValue else { throw ValidationError("'\(argument)' is one argument too many") }
        mayBeValue = false
      }
    }
  }
}

/// The short name of a merchant as it was typed. Throws `ValidationError`.
func merchantSlug(_ text: String) throws -> Slug {
  guard let slug = Slug(rawValue: text) else {
    throw ValidationError("'\(text)' is not a merchant's short name: small letters, digits, - and _")
  }
  return slug
}
