import Events
import Fulfilment
import Payments

/// Who is outside of a shop: how its payment providers and trackers are reached.
struct ShopWorld: Sendable {
  var providers: any ProviderHTTP = ProviderHTTPClient()
  var trackers: any TrackerHTTP = TrackerHTTPClient()
  /// Subscribers whose names begin like this hear of nothing; whoever leaves them out makes anew what they keep.
  var deafened: String?

  func isDeaf(to subscription: Subscription) -> Bool {
    deafened.map { subscription.subscriber.hasPrefix($0) } ?? false
  }
}
