// DynamoDB with the AWS SDK for Go v2, its attributevalue and expression packages and its streams:
// `dynamodb ENDPOINT TABLE`. Ends with 0 if all holds.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"time"

	"clients/check"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

const orders = 30

type address struct {
	City  string            `dynamodbav:"city"`
	Lines []string          `dynamodbav:"lines,omitempty"`
	Notes map[string]string `dynamodbav:"notes,omitempty"`
}

type order struct {
	Customer string    `dynamodbav:"customer"`
	Number   int       `dynamodbav:"number"`
	Amount   float64   `dynamodbav:"amount"`
	Status   string    `dynamodbav:"status"`
	Tags     []string  `dynamodbav:"tags,stringset,omitempty"`
	Sizes    []int     `dynamodbav:"sizes,numberset,omitempty"`
	Paid     time.Time `dynamodbav:"paid,unixtime"`
	Shipped  *bool     `dynamodbav:"shipped"`
	Raw      []byte    `dynamodbav:"raw,omitempty"`
	Address  address   `dynamodbav:"address"`
}

type program struct {
	ctx     context.Context
	client  *dynamodb.Client
	streams *dynamodbstreams.Client
	table   *string
}

func build(builder expression.Builder) expression.Expression {
	return check.Must(builder.Build())
}

func keyOf(customer string, number int) map[string]types.AttributeValue {
	return check.Must(attributevalue.MarshalMap(map[string]any{"customer": customer, "number": number}))
}

func (p program) createTable() {
	attribute := func(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: kind}
	}
	key := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{
			{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
		}
	}
	check.Must(p.client.CreateTable(p.ctx, &dynamodb.CreateTableInput{
		TableName: p.table, BillingMode: types.BillingModePayPerRequest, KeySchema: key("customer", "number"),
		AttributeDefinitions: []types.AttributeDefinition{
			attribute("customer", "S"), attribute("number", "N"), attribute("status", "S"), attribute("amount", "N"),
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-status"), KeySchema: key("status", "amount"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
		},
	}))
	wait := dynamodb.NewTableExistsWaiter(p.client)
	err := wait.Wait(p.ctx, &dynamodb.DescribeTableInput{TableName: p.table}, time.Minute)
	check.That(err == nil, "the table did not come to be")
}

// What a struct was is what it is when it comes back, whatever types its members have.
func (p program) putAndGet() {
	whole := order{
		Customer: "ann", Number: 1, Amount: 12.75, Status: "open", Tags: []string{"a", "b"}, Sizes: []int{-1, 2, 10},
		Paid: time.Unix(1700000000, 0), Raw: []byte{0, 1, 255},
		Address: address{City: "Zürich", Lines: []string{"x", ""}, Notes: map[string]string{"k": "v"}},
	}
	check.Must(p.client.PutItem(p.ctx, &dynamodb.PutItemInput{
		TableName: p.table, Item: check.Must(attributevalue.MarshalMap(whole)),
	}))
	got := check.Must(p.client.GetItem(p.ctx, &dynamodb.GetItemInput{
		TableName: p.table, Key: keyOf("ann", 1), ConsistentRead: aws.Bool(true),
	}))
	var back order
	check.That(attributevalue.UnmarshalMap(got.Item, &back) == nil, "the item is no order")
	check.That(reflect.DeepEqual(back, whole), fmt.Sprintf("%+v came back as %+v", whole, back))
}

// Expressions are composed: their names and values have placeholders of the builder's choice.
func (p program) update() {
	change := build(expression.NewBuilder().
		WithUpdate(expression.
			Set(expression.Name("amount"), expression.Name("amount").Plus(expression.Value(1.25))).
			Set(expression.Name("address.lines"), expression.ListAppend(expression.Name("address.lines"),
				expression.Value([]string{"last"}))).
			Set(expression.Name("seen"), expression.IfNotExists(expression.Name("seen"), expression.Value(1))).
			Remove(expression.Name("raw")).
			Add(expression.Name("sizes"), expression.Value(&types.AttributeValueMemberNS{Value: []string{"3"}})).
			Delete(expression.Name("tags"), expression.Value(&types.AttributeValueMemberSS{Value: []string{"a"}}))).
		WithCondition(expression.And(
			expression.Name("address.city").BeginsWith("Zü"),
			expression.Name("tags").Contains("a"),
			expression.Name("amount").Between(expression.Value(1), expression.Value(20)),
			expression.Size(expression.Name("address.lines")).Equal(expression.Value(2)),
			expression.Not(expression.AttributeExists(expression.Name("none"))))))
	input := dynamodb.UpdateItemInput{
		TableName: p.table, Key: keyOf("ann", 1), UpdateExpression: change.Update(),
		ConditionExpression: change.Condition(), ExpressionAttributeNames: change.Names(),
		ExpressionAttributeValues: change.Values(), ReturnValues: types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	var now order
	updated := check.Must(p.client.UpdateItem(p.ctx, &input))
	check.That(attributevalue.UnmarshalMap(updated.Attributes, &now) == nil, "the item is no order")
	check.That(now.Amount == 14 && len(now.Address.Lines) == 3 && now.Raw == nil, "the update is not whole")
	check.That(reflect.DeepEqual(now.Tags, []string{"b"}) && len(now.Sizes) == 4, "sets were not changed")

	var failed *types.ConditionalCheckFailedException
	_, err := p.client.UpdateItem(p.ctx, &input)
	check.That(errors.As(err, &failed) && failed.Item["customer"] != nil, "the condition holds twice")
}

func (p program) batchAndQuery() {
	var writes []types.WriteRequest
	for number := range orders {
		status := []string{"even", "odd"}[number%2]
		item := order{Customer: "bob", Number: number, Amount: float64(number), Status: status}
		writes = append(writes, types.WriteRequest{
			PutRequest: &types.PutRequest{Item: check.Must(attributevalue.MarshalMap(item))},
		})
	}
	for _, part := range [][]types.WriteRequest{writes[:25], writes[25:]} {
		left := check.Must(p.client.BatchWriteItem(p.ctx, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{*p.table: part},
		}))
		check.That(len(left.UnprocessedItems) == 0, "writes are left over")
	}
	asked := build(expression.NewBuilder().
		WithKeyCondition(expression.KeyAnd(expression.Key("status").Equal(expression.Value("odd")),
			expression.Key("amount").GreaterThan(expression.Value(4)))).
		WithFilter(expression.Name("number").LessThan(expression.Value(20))).
		WithProjection(expression.NamesList(expression.Name("number"), expression.Name("address.city"))))
	var found []order
	pages := dynamodb.NewQueryPaginator(p.client, &dynamodb.QueryInput{
		TableName: p.table, IndexName: aws.String("by-status"), Limit: aws.Int32(4), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression: asked.KeyCondition(), FilterExpression: asked.Filter(),
		ProjectionExpression: asked.Projection(), ExpressionAttributeNames: asked.Names(),
		ExpressionAttributeValues: asked.Values(),
	})
	for pages.HasMorePages() {
		var some []order
		page := check.Must(pages.NextPage(p.ctx))
		check.That(attributevalue.UnmarshalListOfMaps(page.Items, &some) == nil, "a page has no orders")
		found = append(found, some...)
	}
	check.That(len(found) == 8 && found[0].Number == 19 && found[7].Number == 5, fmt.Sprint(found))
	check.That(found[0].Customer == "", "the projection has more than was asked for")

	count := 0
	scan := dynamodb.NewScanPaginator(p.client, &dynamodb.ScanInput{TableName: p.table, Limit: aws.Int32(7)})
	for scan.HasMorePages() {
		count += len(check.Must(scan.NextPage(p.ctx)).Items)
	}
	check.That(count == orders+1, "the scan is not whole")
}

func (p program) transact() {
	exists := build(expression.NewBuilder().WithCondition(expression.AttributeExists(expression.Name("customer"))))
	_, err := p.client.TransactWriteItems(p.ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: p.table, Item: keyOf("eve", 1)}},
			{ConditionCheck: &types.ConditionCheck{
				TableName: p.table, Key: keyOf("eve", 2), ConditionExpression: exists.Condition(),
				ExpressionAttributeNames: exists.Names(),
			}},
		},
	})
	var canceled *types.TransactionCanceledException
	check.That(errors.As(err, &canceled) && len(canceled.CancellationReasons) == 2, "the transaction was not canceled")
	check.That(*canceled.CancellationReasons[1].Code == "ConditionalCheckFailed", "canceled for another reason")
	got := check.Must(p.client.TransactGetItems(p.ctx, &dynamodb.TransactGetItemsInput{
		TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: p.table, Key: keyOf("eve", 1)}}},
	}))
	check.That(got.Responses[0].Item == nil, "a canceled transaction wrote")
}

func (p program) readStream() {
	described := check.Must(p.client.DescribeTable(p.ctx, &dynamodb.DescribeTableInput{TableName: p.table}))
	arn := described.Table.LatestStreamArn
	stream := check.Must(p.streams.DescribeStream(p.ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn}))
	count := 0
	for _, shard := range stream.StreamDescription.Shards {
		begin := check.Must(p.streams.GetShardIterator(p.ctx, &dynamodbstreams.GetShardIteratorInput{
			StreamArn: arn, ShardId: shard.ShardId, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
		}))
		for next := begin.ShardIterator; next != nil; {
			records := check.Must(p.streams.GetRecords(p.ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: next}))
			if len(records.Records) == 0 {
				break
			}
			count += len(records.Records)
			next = records.NextShardIterator
		}
	}
	check.That(count == orders+2, fmt.Sprintf("the stream has %d records", count))
}

func (p program) deleteTable() {
	check.Must(p.client.DeleteTable(p.ctx, &dynamodb.DeleteTableInput{TableName: p.table}))
	wait := dynamodb.NewTableNotExistsWaiter(p.client)
	err := wait.Wait(p.ctx, &dynamodb.DescribeTableInput{TableName: p.table}, time.Minute)
	check.That(err == nil, "the table did not go")
}

func main() {
	endpoint, who := aws.String(os.Args[1]), credentials.NewStaticCredentialsProvider("test", "test", "")
	p := program{
		ctx: context.Background(), table: aws.String(os.Args[2]),
		client: dynamodb.New(dynamodb.Options{
			BaseEndpoint: endpoint, Region: "us-east-1", RetryMaxAttempts: 1, Credentials: who,
		}),
		streams: dynamodbstreams.New(dynamodbstreams.Options{
			BaseEndpoint: endpoint, Region: "us-east-1", RetryMaxAttempts: 1, Credentials: who,
		}),
	}
	p.createTable()
	p.putAndGet()
	p.update()
	p.batchAndQuery()
	p.transact()
	p.readStream()
	p.deleteTable()
}
