package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/diachiso/diachiso/people"
	"github.com/diachiso/diachiso/people/vault"
)

// requestView is a request in JSON, without its words.
type requestView struct {
	ID            string    `json:"id"`
	Kind          string    `json:"kind"`
	Status        string    `json:"status"`
	Household     string    `json:"household"`
	ReceivedAt    time.Time `json:"received_at"`
	AcknowledgeBy time.Time `json:"acknowledge_by"`
	DueAt         time.Time `json:"due_at"`
	Overdue       bool      `json:"overdue"`
}

func (m *Main) peopleRequestsCommand() *cobra.Command {
	var overdue bool
	c := &cobra.Command{
		Use:   "requests",
		Short: "Yêu cầu của người dân, theo hạn – requests of data subjects, by deadline",
		Long: `Lists the requests under the data protection law that wait for an answer, the one due first first. Their words are for the
registrar: GET /v1/data-requests.`,
		Example: `  diachiso people requests
  diachiso people requests --overdue --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return m.withPeople(cmd.Context(), func(service *people.Service, _ *vault.Vault, _ *database) error {
				open, err := service.Deadlines(cmd.Context())
				if err != nil {
					return err
				}
				now, views := time.Now(), []requestView{}
				for _, r := range open {
					if late := r.IsOverdue(now); late || !overdue {
						views = append(views, requestView{r.ID, string(r.Kind), string(r.Status), r.Household, r.ReceivedAt, r.AcknowledgeBy, r.DueAt, late})
					}
				}
				if wantsJSON(cmd) {
					return m.printJSON(map[string]any{"requests": views})
				}
				t := m.table()
				for _, v := range views {
					late := ""
					if v.Overdue {
						late = "quá hạn (overdue)"
					}
					t.row(v.DueAt.Format(time.RFC3339), v.Kind, v.Status, v.ID, late)
				}
				return t.flush()
			})
		},
	}
	c.Flags().BoolVar(&overdue, "overdue", false, "only those after their due date")
	return c
}

func (m *Main) peopleDestroyCommand() *cobra.Command {
	var keyless bool
	c := &cobra.Command{
		Use:   "destroy [HOUSEHOLD...]",
		Short: "Xoá hẳn hộ theo lệnh – delete households for ever",
		Long: `Destroys the keys of households and all that is kept of them, as an authority orders or as the exported journal says after
backups were restored. It is final, in every backup of the registry too; copies of the keys expire within 20 days. The
journal tells of it. --keyless deletes what a restored registry brought back of households whose keys were destroyed:
make sure first that people_keys names the right file.`,
		Example: `  diachiso people destroy 7Q2MZB4XKJ5RNA6C
  diachiso people destroy --keyless`,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if keyless == (len(ids) > 0) {
				return usage("diachiso people destroy HOUSEHOLD, or --keyless alone", "say which households")
			}
			return m.withPeople(cmd.Context(), func(service *people.Service, _ *vault.Vault, _ *database) error {
				if keyless {
					var err error
					if ids, err = service.Keyless(cmd.Context()); err != nil {
						return err
					}
				}
				for _, id := range ids {
					if _, err := service.Delete(cmd.Context(), actorCLI, id, people.ReasonOrder); err != nil {
						return err
					}
				}
				if wantsJSON(cmd) {
					return m.printJSON(map[string]any{"deleted": nonNil(ids)})
				}
				fmt.Fprintf(m.Stdout, "%d households deleted for ever\n", len(ids))
				return nil
			})
		},
	}
	c.Flags().BoolVar(&keyless, "keyless", false, "the households whose keys are destroyed already")
	return c
}
