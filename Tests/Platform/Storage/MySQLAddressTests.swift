import StorageMySQL
import Testing

@Suite struct MySQLAddressTests {
  @Test func `an address names hosts in order, login, database and how to be sure of the server`() throws {
    let address = try MySQLAddress("mysql://shop:p%40ss%3A@db1,db2:3307/martlet?tls=verified&ca=/etc/ca.pem")
    #expect(address.hosts.map(\.description) == ["db1:3306", "db2:3307"])
    #expect(address.user == "shop")
    #expect(address.password == "p@ss:")
    #expect(address.database == "martlet")
    #expect(address.tls == .verified)
    #expect(address.authorities == "/etc/ca.pem")
    #expect(try MySQLAddress("mysql://shop:old@db/martlet", password: "new").password == "new")
    #expect(try MySQLAddress("mariadb://shop@db/martlet").tls == .off)
  }

  @Test(arguments: [
    "", "shop", "http://u@h/d", "mysql://u@h", "mysql://u@h/", "mysql://h/d", "mysql://u@/d", "mysql://u@h:x/d",
    "mysql://u@h:70000/d", "mysql://u@a,,b/d", "mysql://u@h/d?tls=perhaps", "mysql://u@h/d?speed=1",
    "mysql://u@h/d?tls", "mysql://u:%zz@h/d", "mysql://u@h/d'x",
  ])
  func `what is no address is refused with what it lacks`(text: String) {
    #expect(throws: MySQLAddressFault.self) { try MySQLAddress(text) }
  }
}
