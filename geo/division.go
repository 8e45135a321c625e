package geo

// Date is a civil date as the number yyyymmdd; 0 means unbounded/unknown.
type Date int32

// Level of a division.
type Level string

const (
	LevelProvince Level = "province"
	LevelDistrict Level = "district" // before 2025-07-01 only
	LevelCommune  Level = "commune"
)

// DatedName is a name and type that hold from a date on.
type DatedName struct {
	From Date
	Name string // without the type: "Hoàn Kiếm"
	Type string // "Phường", "Xã", "Đặc khu", "Tỉnh", "Thành phố", "Quận", "Huyện", "Thị xã", "Thị trấn"
}

// FullName is type and name: "Phường Hoàn Kiếm".
func (n DatedName) FullName() string { return n.Type + " " + n.Name }

// DatedText is a text that holds from a date on.
type DatedText struct {
	From Date
	Text string
}

// Division is an administrative unit during one lifespan. The key is (Level, Code, date): the same code is a different unit before and after 2025-07-01.
type Division struct {
	Level     Level
	Code      string
	ValidFrom Date
	ValidTo   Date        // exclusive; 0 while it exists
	Parent    string      // code of the next level up during the same lifespan; "" for provinces
	Province  string      // code of its province during the same lifespan
	Names     []DatedName // ascending by From; never empty
	Postcodes []DatedText // ascending by From; communes since 2025
	Aliases   []string    // former names and spelling variants
}

// RelationKind says how much of the old unit went to the new one.
type RelationKind string

const (
	RelationFull          RelationKind = "full"
	RelationPart          RelationKind = "part"
	RelationAreaOnly      RelationKind = "part_area_only"
	RelationAllPopulation RelationKind = "part_area_all_population"
)

// Relation joins a unit to its successor.
type Relation struct {
	From     *Division // nil where the official table gives a name without a code
	FromName string    // the old unit's full name
	To       *Division
	Kind     RelationKind
	Note     string // the official table's own word
}

// Divisions holds every division in time. It is immutable and safe for concurrent use.
type Divisions struct{ _ int }

// SKELETON: signatures.

func ParseDate(text string) (Date, error) { panic("skeleton") } // "2025-07-01"
func Today() Date                         { panic("skeleton") } // in Vietnam (UTC+7)
func (d Date) String() string             { panic("skeleton") } // "2025-07-01"

func (d *Division) Name(at Date) DatedName  { panic("skeleton") }
func (d *Division) Postcode(at Date) string { panic("skeleton") }

// Get returns the division with that key, or ErrNoDivision.
func (ds *Divisions) Get(level Level, code string, at Date) (*Division, error) { panic("skeleton") }

// All returns the divisions of a level that exist at a date, by code.
func (ds *Divisions) All(level Level, at Date) []*Division { panic("skeleton") }

// Children returns the divisions right below d during its lifespan, by code.
func (ds *Divisions) Children(d *Division) []*Division { panic("skeleton") }

func (ds *Divisions) Successors(d *Division) []Relation   { panic("skeleton") }
func (ds *Divisions) Predecessors(d *Division) []Relation { panic("skeleton") }
