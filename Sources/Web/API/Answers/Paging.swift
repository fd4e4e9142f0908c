import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

extension APIParts {
  /// The shop's currency, in which amounts of questions are read.
  func currency() async throws -> Currency {
    // Nobody's cart is empty and asks nothing of any context.
    try await flows.viewCart.run(nil).currency
  }
}

extension Answer {
  /// Says in `Link` where the next page is.
  func linking(to next: Cursor?, _ call: APICall) -> Answer {
    guard let next else { return self }
    var query = call.query.values.filter { $0.key != "after" }.sorted { $0.key < $1.key }
      .flatMap { name, values in values.map { (name, $0) } }
    query.append(("after", next.description))
    var answer = self
    guard let name = HTTPField.Name("Link") else { return self }
    answer.headers[name] = "<\(Addresses.with(query, call.request.uri.path))>; rel=\"next\""
    return answer
  }

  /// Says in `Location` where what was made can be read.
  func located(at path: String) -> Answer {
    var answer = self
    answer.headers[.location] = ShopAPI.root + path
    return answer
  }
}
