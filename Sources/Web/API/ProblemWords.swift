import Values

/// What problems say to developers. Programs go by the codes; shoppers read the words of the theme.
enum ProblemWords {
  /// The codes that have words of their own, among them those that no endpoint names because any may answer so.
  static var codes: some Sequence<String> { titles.keys }

  static func title(of code: String) -> String { titles[code] ?? spelled(code) }

  static func fault(_ fault: FieldFaults.Fault) -> String {
    guard let words = faults[fault.code] else { return spelled(fault.code) }
    return fault.details.reduce(words) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  /// `wrongOrderState` → `Wrong order state`.
  private static func spelled(_ code: String) -> String {
    var words = ""
    for character in code {
      words += character.isUppercase ? " " + character.lowercased() : String(character)
    }
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  private static let titles = [
    "accountBlocked": "The shop keeps this account out; the contact on its page of help says why",
    "alreadyPaid": "The order is paid already",
    "alreadyReviewed": "The line has a review already",
    "amountChanged": "The amount to pay has changed since it was shown",
    "allPacked": "Nothing of the order is left to be packed",
    "amountTooLarge": "The amount is larger than the shop can handle",
    "badToken": "The token is unknown, expired or revoked",
    "beyondOwnRights": "This goes beyond the token's rights",
    "badIdempotencyKey": "An Idempotency-Key has 1…100 printable characters",
    "bodyTooLarge": "The body is too large",
    "carrierOff": "The carrier is switched off",
    "changedMeanwhile": "It is no longer what If-Match names; read it again",
    "contentChanged": "Somebody has saved it since this version",
    "contentNotPublished": "It isn't published",
    "cartChanged": "The cart has changed since it was read",
    "crossSite": "Requests from other sites are turned away",
    "temporarilyUnavailable": "A part of the shop doesn't answer now; try again",
    "deadlineExceeded": "This took too long and was stopped; try again",
    "factsForgotten": "Facts after this place aren't kept any more: read how things are, and go on from `first`",
    "handleTaken": "The merchant has a product under this handle",
    "heldStock": "More is set aside for orders than would be left",
    "exchangeDifferenceUnpaid": "What the other goods cost more wasn't paid in time",
    "emailTaken": "Someone has registered with this address",
    "idempotencyMismatch": "The Idempotency-Key was used with another body",
    "idempotencyRunning": "A request with this Idempotency-Key is under way",
    "internalFault": "Something broke here; the trace finds it in our log",
    "invalidInput": "The input isn't acceptable",
    "logInToBuy": "This shop sells to those who have logged in",
    "malformedBody": "The body can't be read",
    "methodNotAllowed": "The path doesn't know this method",
    "noAddress": "Choose an address first",
    "noDevice": "Log in, or send a Martlet-Device header",
    "noLongerSold": "This is no longer sold",
    "notAllowed": "The token, or who it is of, hasn't this right",
    "notLeft": "Fewer units are left outside of parcels",
    "ownLogInFirst": "Whose token it is must see to their own log-in first, in the back office",
    "orderChangedMeanwhile": "Somebody has changed the order since this revision",
    "orderEditAsked": "The merchant asks for a change of the order, which is to be made or dismissed first",
    "orderNoEditAsked": "Nobody asks for a change of the order any more",
    "orderDifferenceOpen": "The buyer hasn't paid yet what a change added",
    "orderUnitsReturned": "Units of the order were taken back, so it can't be changed",
    "merchantNotOpen": "The merchant isn't open, so nothing of it is put on sale",
    "productChanged": "Somebody has saved the product since this version",
    "wrongPublication": "The product's state doesn't allow it",
    "parcelOverPacked": "More is in the parcel than is still to be sent",
    "skuTaken": "Another product of the merchant has this SKU",
    "tokenNeeded": "Programs of staff send `Authorization: Bearer` with a token of the back office",
    "trackingNumberUsed": "Another parcel of the order has this number",
    "unitsInParcels": "Units are in a parcel",
    "reviewNotShown": "Nobody sees the review, so nobody would see what is said to it",
    "unknownCustomer": "The merchant has no such customer",
    "unknownReview": "There is no such review of the merchant's goods",
    "unknownContent": "There is no such entry",
    "unknownEntry": "There is no such entry of the log",
    "unknownParcel": "The order has no such parcel",
    "unknownStaff": "There is no such member of staff",
    "unknownVariant": "There is no such variant",
    "wrongParcelState": "The parcel's state doesn't allow it",
    "notBought": "Only buyers of a completed order can write a review",
    "notDelivered": "The merchant doesn't deliver there",
    "notForSale": "This isn't for sale",
    "notLoggedIn": "Log in first",
    "nothingTicked": "No line of the cart is ticked",
    "moreThanOrdered": "The order hasn't as many units to take back",
    "nothingLeftToRefund": "All that was paid has gone back already",
    "orderChanging": "The order was just changed, or is being changed; read it again in a minute",
    "orderNotPayable": "Nothing of the order is due",
    "orderNotRefundable": "Nothing can be asked back of the order now",
    "outcomeUnknown": "Whether this was done can't be known now: look first, then send it with another key",
    "overloaded": "There is more to do than can be done; try again in a moment",
    "paymentNotCaptured": "The payment has no money yet",
    "providerRefused": "The payment provider refused",
    "providerUnavailable": "The payment provider doesn't answer now",
    "refundAboveAllowed": "More than is left of what was paid",
    "refundKindNotOffered": "This can't be asked for goods in this state, or for this reason",
    "refundTooLate": "The time in which it could be asked is over",
    "resetExpired": "The link for a new password has expired",
    "refundCaseOpen": "A refund of the order is still open",
    "shippedMeanwhile": "The goods left before the refund was agreed to",
    "switchedOff": "This is switched off for a while; the rest goes on",
    "soldOut": "There aren't as many left",
    "tooManyAddresses": "An account has at most 50 addresses",
    "tooManyFavourites": "An account keeps at most 1,000 favourites",
    "tooManyAttempts": "Too many attempts; try again later",
    "tooManyCartLines": "A cart has at most 100 lines",
    "tooManyRefundRequests": "An order takes at most 50 requests",
    "tooManyRequests": "Too many requests; try again later",
    "tooManyUnits": "A cart has at most 9999 units of one kind",
    "unknownAddress": "The account has no such address",
    "unknownCategory": "There is no such category",
    "unknownMerchant": "There is no such merchant",
    "unknownOrder": "The account has no such order",
    "unknownPath": "There is nothing at this path",
    "unknownPayment": "The account has no such payment",
    "unknownProduct": "There is no such product, or it isn't published",
    "unitsAlreadyRequested": "Another request stands for these units",
    "unknownRefund": "The account has no such request",
    "unknownSession": "The session is unknown or has ended; log in again",
    "wrongBodyType": "The body must be application/json",
    "wrongCredentials": "Address or password isn't right",
    "wrongRefundState": "The request's state doesn't allow it",
    "wrongOrderState": "The order's state doesn't allow it",
  ]

  private static let faults = [
    "malformed": "not JSON: {place}",
    "missing": "missing",
    "notAnAmount": "must be an amount such as 88.00",
    "notASlug": "must be small letters, digits and hyphens",
    "notANumber": "must be a whole number",
    "notATime": "must be a time such as 2026-11-24T08:00:00Z",
    "oneOf": "needs exactly one of text, number and flag",
    "outOfRange": "must lie within {min}…{max}",
    "tooLong": "longer than {max} characters",
    "tooMany": "at most {max}",
    "tooManyNew": "at most {max} new ones a day",
    "tooShort": "shorter than {min} characters",
    "unknown": "unknown",
    "unprintable": "holds characters that can't be shown",
    "unreadable": "can't be read",
    "wrongType": "must be {expected}",
  ]
}
