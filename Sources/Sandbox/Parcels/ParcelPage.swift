import Values

/// The page on which a person plays the carrier, in both languages at once: few read it, and none of them are buyers.
struct ParcelPage {
  enum Said: String {
    case moved = "Moved. 已更新。"
    case refused = "That can't be: look at carrier, number and state. 请检查快递公司、单号和状态。"
    case wrongKey = "This isn't the control key. 控制密钥不正确。"
  }

  let parcels: [SandboxParcel]
  let key: String
  let said: Said?

  var html: String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Parcels 包裹</title><link rel="stylesheet" href="static/cashier.css"></head>
    <body><main>
    <h1>Play the carrier 模拟快递</h1>
    \(said.map { "<p role=\"status\"><strong>\(CashierPage.escaped($0.rawValue))</strong></p>" } ?? "")
    <form method="post" action="parcels">
    <p><label>Control key 控制密钥<br><input name="key" type="password" value="\(CashierPage.escaped(key))" required \
    autocomplete="off"></label></p>
    <p><label>Carrier 快递公司代码<br><input name="company" value="shunfeng" maxlength="40"></label></p>
    <p><label>Number 运单号<br><input name="number" maxlength="40"></label></p>
    <p><label>State 状态<br><select name="state">\(options)</select></label></p>
    <p><label>Words 说明<br><input name="text" maxlength="200"></label></p>
    <p><label>Place 地点<br><input name="place" maxlength="100"></label></p>
    <button class="button primary">Move, or list 更新或列出</button>
    </form>
    \(list)
    </main></body></html>
    """
  }

  private static let names = [
    ("1", "Collected 已揽收"), ("0", "On its way 运输中"), ("5", "Out for delivery 派送中"), ("3", "Delivered 已签收"),
    ("2", "Held up 疑难"), ("14", "Refused 拒签"), ("6", "Going back 退回中"), ("4", "Came back 已退回"),
    ("7", "Passed on 转投"), ("8", "At customs 清关"),
  ]

  private var options: String {
    Self.names.map { "<option value=\"\($0.0)\">\($0.1)</option>" }.joined()
  }

  private var list: String {
    guard !parcels.isEmpty else { return "" }
    let rows = parcels.suffix(200).map { parcel in
      let name = Self.names.first { $0.0 == parcel.state }?.1 ?? ""
      let state = parcel.entries.isEmpty ? "Nothing known 暂无" : name
      return "<li>\(CashierPage.escaped(parcel.company)) \(CashierPage.escaped(parcel.number)) · \(state)</li>"
    }
    return "<ul>\(rows.joined())</ul>"
  }
}
