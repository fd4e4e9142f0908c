/// The numbered steps through a list, with gaps where there are many.
public enum Pager {
  /// Nil when one page holds everything. A page outside 1…pages is drawn to the nearer end.
  public static func model(page: Int, pages: Int, address: (Int) -> String) -> Model? {
    guard pages > 1 else { return nil }
    // An address may ask for a page behind the last.
    let page = min(max(page, 1), pages)
    let near = Set([1, pages] + Array(max(1, page - 2)...min(pages, page + 2)))
    var steps: [Model] = []
    var last = 0
    for number in near.sorted() {
      if number > last + 1 { steps.append(["isGap": true]) }
      steps.append([
        "isGap": false, "number": String(number), "address": address(number), "isCurrent": number == page,
      ])
      last = number
    }
    var model: Model = ["steps": steps]
    if page > 1 { model["previous"] = address(page - 1) }
    if page < pages { model["next"] = address(page + 1) }
    return model
  }
}
